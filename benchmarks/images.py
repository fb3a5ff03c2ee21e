"""What the files of one photograph cost: CPU seconds and memory, each round in a fresh process.

    python benchmarks/images.py [rounds]

Draws two 24-megapixel JPEGs of its own (a meeting under even light, and one that is sharp and busy
all over), makes the nine files of the text and then all files of each, and prints the medians
beside the targets. A last line has twelve photographs on two processes.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageDraw, ImageFilter  # noqa: E402

from news.images.derivatives import make_all  # noqa: E402
from news.images.recipes import WHOLE, recipes_for, shaped  # noqa: E402

SIZE = (6000, 4000)
ROUNDS = 7
MAX_CPU_SECONDS = 0.9
MAX_MEGABYTES = 130
MAX_SECONDS_FOR_TWELVE = 60

SETS = {
    "9 files": lambda: shaped(WHOLE, *SIZE),
    "all files": lambda: recipes_for(*SIZE, (0.3, 0.4)),
}


def draw_busy(path):
    """Detail at every scale, as in a sharp picture of leaves or a crowd: 0.75 bits a pixel as
    AVIF, what sharp photographs of such things have.
    """
    image = None
    for width, share in ((12, 1), (50, 0.35), (200, 0.3), (800, 0.2), (3000, 0.12)):
        noise = Image.merge("RGB", [Image.effect_noise((width, width * 2 // 3), 90)] * 3)
        layer = noise.resize(SIZE, Image.Resampling.BICUBIC)
        image = layer if image is None else Image.blend(image, layer, share)
    _draw_ovals(image, random.Random(7), 300)
    image.save(path, quality=92)


def draw_calm(path):
    """People before a wall: large even parts, some edges, the grain of a camera."""
    image = Image.merge("RGB", [Image.effect_noise((6, 4), 60)] * 3).resize(
        SIZE, Image.Resampling.BICUBIC
    )
    _draw_ovals(image, random.Random(8), 120)
    image = image.filter(ImageFilter.GaussianBlur(2))
    grain = Image.merge("RGB", [Image.effect_noise(SIZE, 30)] * 3)
    Image.blend(image, grain, 0.08).save(path, quality=92)


DRAWERS = {"calm": draw_calm, "busy": draw_busy}


def _draw_ovals(image, chance, count):
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y, side = chance.randrange(6000), chance.randrange(4000), chance.randrange(50, 700)
        colour = tuple(chance.randrange(256) for _ in "rgb")
        draw.ellipse((x, y, x + side, y + side * chance.random()), fill=colour)


def one_round(path, name):
    """CPU seconds, peak megabytes and total bytes of making one set, in this process."""
    recipes = SETS[name]()
    started = time.process_time()
    total = sum(len(data) for _, data in make_all(path, recipes))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": time.process_time() - started, "peak": peak, "bytes": total}


def in_a_process(path, name):
    command = [sys.executable, __file__, "--round", str(path), name]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def drawn(folder, name):
    """The path of a picture. Drawn in a process of its own: a child's peak starts with ours."""
    path = Path(folder) / f"{name}.jpg"
    subprocess.run([sys.executable, __file__, "--draw", str(path), name], check=True)
    return path


def main(rounds):
    with tempfile.TemporaryDirectory() as folder:
        photos = {name: drawn(folder, name) for name in DRAWERS}
        print(f"{rounds} rounds, medians; load at the start {os.getloadavg()[0]:.1f}\n")
        print(f"{'24-megapixel JPEG':18} {'made':10} {'CPU s':>6} {'MB':>5} {'KB out':>7}")
        results = {(photo, name): [] for photo in photos for name in SETS}
        for _ in range(rounds):  # interleaved: a slow minute hits all alike
            for (photo, name), runs in results.items():
                runs.append(in_a_process(photos[photo], name))
        for (photo, name), runs in results.items():
            cpu, peak, size = (statistics.median(r[k] for r in runs) for k in runs[0])
            label = f"{photo} {photos[photo].stat().st_size / 1e6:.1f} MB"
            print(f"{label:18} {name:10} {cpu:6.2f} {peak:5.0f} {size / 1000:7.0f}")
        print(f"{'target':18} {'9 files':10} {MAX_CPU_SECONDS:6.2f} {MAX_MEGABYTES:5.0f}")
        started = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(in_a_process, list(photos.values()) * 6, ["all files"] * 12))
        seconds = time.monotonic() - started
        print(f"\ntwelve photographs, all files, two processes: {seconds:.1f} s", end="")
        print(f" (target {MAX_SECONDS_FOR_TWELVE})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--round"]:
        print(json.dumps(one_round(Path(sys.argv[2]), sys.argv[3])))
    elif sys.argv[1:2] == ["--draw"]:
        DRAWERS[sys.argv[3]](Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
