"""Sixty-four bits that say what a photograph looks like: near ones differ in few of them."""

from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from news.images.masters import open_master, upright

SIDE = 8


def likeness(path: Path | BinaryIO) -> int:
    """The difference hash (Krawetz, 2013) of a photograph, 64 bits.

    Each bit says whether one of 8 x 8 places is brighter than its neighbour to the right. Another
    size, format or quality changes hardly a bit, another moment of the same scene a few.
    """
    with open_master(path) as image:
        image.draft("L", (16 * SIDE, 16 * SIDE))
        grey = upright(image).convert("L")
    small = grey.resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    values = list(small.tobytes())
    bits = 0
    for row in range(SIDE):
        line = values[row * (SIDE + 1) : (row + 1) * (SIDE + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    return bits
