"""What the files of one photograph cost: CPU seconds and memory, each round in a fresh process.

    python benchmarks/images.py [rounds]

Draws two 24-megapixel JPEGs of its own (a meeting under even light, and one that is sharp and busy
all over), makes the nine files of the text and then all files of each, then twelve photographs on
two processes. Writes results/images.{md,json,svg} with the medians beside the targets.
"""

import json
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

from benchmarks import reports  # noqa: E402
from benchmarks.reports import Bar, Target  # noqa: E402
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


def twelve(photos):
    """Seconds for all files of twelve photographs, on two processes."""
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(in_a_process, photos * 6, ["all files"] * 12))
    return time.monotonic() - started


def main(rounds):
    with tempfile.TemporaryDirectory() as folder:
        photos = {name: drawn(folder, name) for name in DRAWERS}
        labels = {
            name: f"{name}, {path.stat().st_size / 1e6:.1f} MB" for name, path in photos.items()
        }
        found = {(photo, name): [] for photo in photos for name in SETS}
        for number in range(rounds):  # interleaved: a slow minute hits all alike
            for (photo, name), runs in found.items():
                runs.append(in_a_process(photos[photo], name))
            print(f"round {number + 1} of {rounds}", flush=True)
        seconds = twelve(list(photos.values()))
    report({(labels[photo], name): runs for (photo, name), runs in found.items()}, seconds)


def report(found, seconds):
    rounds = len(next(iter(found.values())))
    medians = {
        made: {figure: statistics.median(run[figure] for run in runs) for figure in runs[0]}
        for made, runs in found.items()
    }
    targets = []
    for (photo, name), median in medians.items():
        if name == "9 files":
            targets += [
                Target(f"{photo}: {name}, CPU s", MAX_CPU_SECONDS, median["cpu"], at_least=False),
                Target("the same, MB of memory", MAX_MEGABYTES, median["peak"], at_least=False),
            ]
    what = "twelve photographs, all files, two processes, s"
    targets.append(Target(what, MAX_SECONDS_FOR_TWELVE, seconds, at_least=False))
    rows = [
        f"| {photo} | {name} | {median['cpu']:.2f} | {median['peak']:.0f} "
        f"| {median['bytes'] / 1000:.0f} |"
        for (photo, name), median in medians.items()
    ]
    markdown = f"""\
# The files of one photograph

Medians of {rounds} rounds, each in a process of its own. Nine files are those of the text (AVIF,
WebP and JPEG in three widths); all files are those with the crops of lists, gallery and card and
the press size.

| 24-megapixel JPEG | made | CPU s | MB | KB out |
|---|---|---|---|---|
{chr(10).join(rows)}

{reports.targets_table(targets)}

![the same as a plot](images.svg)

{reports.machine("pillow")}
"""
    figures = {f"{photo}: {name}": runs for (photo, name), runs in found.items()}
    reports.write("images", markdown, {"runs": figures, what: seconds})
    bars = [
        Bar(f"{photo}: {name}", median["cpu"] * 1000, f"{median['peak']:.0f} MB")
        for (photo, name), median in medians.items()
    ]
    reports.plot("images", "CPU for the files of one photograph", "ms", bars)
    print(markdown)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--round"]:
        print(json.dumps(one_round(Path(sys.argv[2]), sys.argv[3])))
    elif sys.argv[1:2] == ["--draw"]:
        DRAWERS[sys.argv[3]](Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
