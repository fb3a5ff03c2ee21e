"""The drawings that stand in place of photographs: all there, small, and what the script draws."""

import importlib
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from news.images.validation import inspect

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
MEDIA = FIXTURES / "media"
NAMES = [*(f"seed-{n}" for n in range(1, 7)), *(f"sample-{n:02}" for n in range(1, 15))]


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(FIXTURES)
    return importlib.import_module("draw_photos")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_one_that_the_desk_would_take(name):
    path = MEDIA / f"{name}.jpg"
    with path.open("rb") as file:
        facts = inspect(file)
    assert (facts.width, facts.height) == (1600, 1067)
    assert facts.byte_size <= 160_000
    assert not facts.has_gps


def test_all_pictures_together_are_light_enough_for_a_repository():
    assert sum((MEDIA / f"{name}.jpg").stat().st_size for name in NAMES) < 3_000_000


def test_the_script_draws_exactly_the_pictures_that_are_kept(script):
    assert list(script.PICTURES) == NAMES
    for name in NAMES:
        assert name in script.__doc__


@pytest.mark.parametrize("name", ["sample-14"])
def test_a_picture_is_what_the_script_draws(script, name, tmp_path):
    script.main([name], tmp_path)
    drawn = Image.open(io.BytesIO((tmp_path / f"{name}.jpg").read_bytes()))
    kept = Image.open(MEDIA / f"{name}.jpg")
    assert max(ImageStat.Stat(ImageChops.difference(drawn, kept)).mean) < 1


@pytest.mark.parametrize("name", ["seed-1", "sample-09"])
def test_a_picture_says_in_its_corner_that_it_is_a_sample(name):
    """The label's band and its golden edge, at the same place in every picture."""
    picture = Image.open(MEDIA / f"{name}.jpg").convert("RGB")
    red, green, blue = picture.getpixel((6, 888))
    assert red > 190
    assert blue < 130
    assert green > 150
    band = picture.crop((18, 850, 44, 926))
    assert max(ImageStat.Stat(band).mean) < 80
