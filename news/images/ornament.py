"""The site's emblem: the four-petalled flower in a lozenge (ประจำยาม) of Thai ornament."""

from functools import lru_cache

from PIL import Image, ImageDraw

GRID = 48
"""Units across; the same drawing as static/img/icon.svg."""

PETAL = ((24, 19.6), (19, 15.9), (18.4, 10.3), (24, 5), (29.6, 10.3), (29, 15.9), (24, 19.6))
"""Two cubic curves, tip to tip: point, two controls, point, two controls, point."""

FINER = 4
"""Drawn that many times larger and then reduced: Pillow's shapes have hard edges."""


@lru_cache(maxsize=8)
def emblem(size: int) -> Image.Image:
    """The emblem as a mask (mode "L"), ``size`` pixels square; don't draw on it, it is shared."""
    scale = size * FINER / GRID
    mask = Image.new("L", (size * FINER, size * FINER), 0)
    draw = ImageDraw.Draw(mask)
    for reach, ink in ((23.1, 255), (21.6, 0)):
        lozenge = ((24, 24 - reach), (24 + reach, 24), (24, 24 + reach), (24 - reach, 24))
        draw.polygon([(x * scale, y * scale) for x, y in lozenge], fill=ink)
    petal = [*_curve(*PETAL[:4]), *_curve(*PETAL[3:])]
    for _ in range(4):
        draw.polygon([(x * scale, y * scale) for x, y in petal], fill=255)
        petal = [(GRID - y, x) for x, y in petal]
    draw.ellipse([(24 + side * 2.3) * scale for side in (-1, -1, 1, 1)], fill=255)
    return mask.resize((size, size), Image.Resampling.LANCZOS)


def _curve(start, first, second, end, steps=24):
    """Points of a cubic Bézier curve."""
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        yield tuple(
            sum(w * p[axis] for w, p in zip(weights, (start, first, second, end), strict=True))
            for axis in (0, 1)
        )
