"""The files that are made of a photograph: upright, in sRGB, without a trace of where and how."""

import io
import re
import struct
import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from news.images.colour import SRGB_PROFILE, placeholder_colour
from news.images.derivatives import make, make_all
from news.images.masters import BOMBS
from news.images.recipes import Box, Recipe, cover, recipes_for
from news.images.validation import inspect
from tests.images.making import encoded, exif, picture, png_header, quarter, with_iptc

AVIF = Recipe("avif", 160, 100, 55)
WEBP = Recipe("webp", 160, 100, 76)
JPEG = Recipe("jpeg", 160, 100, 80)


@pytest.fixture
def master(tmp_path):
    """Writes an original and gives its path."""

    def write(data):
        path = tmp_path / "original"
        path.write_bytes(data)
        return path

    return write


def opened(data):
    return Image.open(io.BytesIO(data))


def quarters(image):
    return [quarter(image, x, y) for y in (0.2, 0.8) for x in (0.2, 0.8)]


@pytest.mark.parametrize("recipe", [AVIF, WEBP, JPEG])
def test_a_file_has_the_format_and_size_that_its_recipe_orders(master, recipe):
    image = opened(make(master(encoded(picture())), recipe))
    assert (image.format.lower(), *image.size) == (recipe.format, 160, 100)
    assert quarters(image) == ["red", "green", "blue", "white"]


def test_make_all_makes_every_recipe_once_with_the_same_bytes_as_make(master):
    path = master(encoded(picture(1000, 750), quality=85))
    recipes = recipes_for(1000, 750, (0.3, 0.3))
    made = dict(make_all(path, recipes))
    assert set(made) == set(recipes)
    for recipe in recipes[::5]:
        assert make(path, recipe) == made[recipe]
    for recipe, data in made.items():
        assert opened(data).size == (recipe.width, recipe.height)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_every_file_stands_upright(master, orientation, file_format):
    """The camera was held so that the upright picture is stored turned; each turn is undone."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that stores it so
    stored = picture() if orientation == 1 else picture().transpose(undo[orientation])
    path = master(encoded(stored, file_format, exif=exif(orientation=orientation)))
    image = opened(make(path, JPEG))
    assert image.size == (160, 100)
    assert quarters(image) == ["red", "green", "blue", "white"]
    assert not image.getexif()


def test_a_crop_shows_its_part_of_the_upright_picture(master):
    stored = picture().transpose(Image.Transpose.ROTATE_90)
    path = master(encoded(stored, exif=exif(orientation=6)))
    image = opened(make(path, Recipe("jpeg", 100, 100, 80, Box(200, 0, 300, 100))))
    assert {quarter(image, x, y) for x in (0.1, 0.9) for y in (0.1, 0.8)} == {"green"}


def test_a_crop_is_right_when_the_decoder_shrinks(master):
    path = master(encoded(picture(4000, 3000)))
    image = opened(make(path, Recipe("webp", 200, 200, 80, Box(100, 1600, 1900, 2900))))
    assert {quarter(image, x, y) for x in (0.1, 0.9) for y in (0.1, 0.9)} == {"blue"}


@pytest.mark.parametrize("recipe", [AVIF, WEBP, JPEG])
def test_nothing_of_camera_place_or_program_leaves(master, recipe):
    secret = b"GPS-SECRET-MARKER"
    data = encoded(
        picture(),
        "JPEG",
        exif=exif(orientation=1, taken="2018:05:19 14:00:07", gps=True),
        comment=secret,
        xmp=b"<x:xmpmeta>" + secret + b"</x:xmpmeta>",
    )
    made = make(master(with_iptc(data, (2, 120, secret))), recipe)
    assert secret in data
    assert secret not in made
    for trace in (b"Exif\x00", b"2018:05:19", b"xmpmeta", b"8BIM", b"EXIF", b"XMP "):
        assert trace not in made
    image = opened(made)
    assert not image.getexif()


def test_a_png_text_does_not_leave(master):
    info = PngInfo()
    info.add_text("Comment", "GPS-SECRET-MARKER")
    made = make(master(encoded(picture(), "PNG", pnginfo=info)), WEBP)
    assert b"GPS-SECRET-MARKER" not in made


def red_green_profile():
    """A colour profile in which the stored red means green, and the other way round."""
    profile = bytearray(
        SRGB_PROFILE.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    )
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = {bytes(profile[at : at + 4]): at + 4 for at in range(132, 132 + 12 * count, 12)}
    red, green = (slice(entries[tag], entries[tag] + 8) for tag in (b"rXYZ", b"gXYZ"))
    profile[red], profile[green] = profile[green], profile[red]
    return bytes(profile)


@pytest.mark.parametrize("recipe", [AVIF, WEBP, JPEG])
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_colours_of_another_profile_become_srgb(master, file_format, recipe):
    path = master(encoded(picture(), file_format, icc_profile=red_green_profile()))
    image = opened(make(path, recipe))
    assert quarters(image) == ["green", "red", "blue", "white"]
    assert image.info.get("icc_profile") == (SRGB_PROFILE if recipe is JPEG else None)


def test_colours_of_srgb_stay_as_they_are(master):
    path = master(encoded(picture(), "PNG", icc_profile=SRGB_PROFILE))
    assert quarters(opened(make(path, WEBP))) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("profile", [b"broken", bytes(128), SRGB_PROFILE[:200]])
def test_a_broken_profile_is_passed_over(master, profile):
    path = master(encoded(picture(), "PNG", icc_profile=profile))
    assert quarters(opened(make(path, JPEG))) == ["red", "green", "blue", "white"]


def test_a_profile_for_other_pixels_is_passed_over(master):
    path = master(encoded(picture(mode="CMYK"), "JPEG", icc_profile=red_green_profile()))
    assert quarters(opened(make(path, JPEG))) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_jpeg_for_print_or_in_grey_becomes_rgb(master, mode):
    image = opened(make(master(encoded(picture(mode=mode))), JPEG))
    assert image.mode == "RGB"
    assert quarter(image, 0.9, 0.9) == "white"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_kind_of_png_becomes_rgb(master, mode):
    image = opened(make(master(encoded(picture(mode=mode), "PNG")), JPEG))
    assert image.mode == "RGB"
    assert quarter(image, 0.9, 0.9) == "white"


def test_sixteen_bits_of_grey_are_not_clipped(master):
    grey = Image.new("I;16", (320, 200), 0x8000)
    red, green, blue = opened(make(master(encoded(grey, "PNG")), JPEG)).getpixel((50, 50))
    assert abs(red - 0x80) <= 2
    assert red == green == blue


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("recipe", [AVIF, WEBP, JPEG])
def test_transparent_parts_become_white(master, mode, recipe):
    options = {"transparency": 0} if mode == "P" else {}
    clear = Image.new(mode, (320, 200), 0)
    pixel = opened(make(master(encoded(clear, "PNG", **options)), recipe)).getpixel((80, 50))
    assert min(pixel) >= 253


def test_the_cover_stays_below_its_limit_whatever_it_shows(master):
    noise = Image.merge("RGB", [Image.effect_noise((1300, 900), 120) for _ in "rgb"])
    path = master(encoded(noise, quality=95))
    recipe = cover(1300, 900)
    assert len(make(path, replace(recipe, max_bytes=None))) > 300_000
    data = make(path, recipe)
    assert 100_000 < len(data) <= 300_000
    assert opened(data).size == (1200, 630)


@pytest.mark.parametrize("size", [(1, 1), (1, 16_383), (16_383, 1), (7, 5), (480, 3), (1301, 701)])
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_every_size_that_is_accepted_can_be_made_into_all_its_files(master, size, file_format):
    path = master(encoded(picture().resize(size), file_format))
    with path.open("rb") as file:
        facts = inspect(file, f"a.{file_format.lower()}")
    made = dict(make_all(path, recipes_for(facts.width, facts.height)))
    assert {opened(data).size for data in made.values()} == {(r.width, r.height) for r in made}
    assert re.fullmatch("#[0-9a-f]{6}", placeholder_colour(path))


def test_an_open_file_serves_as_well_as_a_path(master):
    path = master(encoded(picture()))
    with path.open("rb") as file:
        file.read(10)
        assert make(file, JPEG) == make(path, JPEG)
        assert placeholder_colour(file) == placeholder_colour(path)
        assert not file.closed


def test_a_photo_that_is_no_longer_there_or_whole_is_an_error(master, tmp_path):
    with pytest.raises(FileNotFoundError):
        make(tmp_path / "missing", JPEG)
    with pytest.raises(OSError, match="truncated"):
        make(master(encoded(picture())[:-500]), JPEG)


def test_a_bomb_on_the_disk_is_not_decoded(master):
    with pytest.raises(BOMBS):
        make(master(png_header(30_000, 30_000)), JPEG)


def test_the_placeholder_has_the_colour_that_takes_most_room(master):
    image = Image.new("RGB", (300, 200), (30, 60, 200))
    image.paste((220, 30, 30), (0, 0, 100, 100))
    value = placeholder_colour(master(encoded(image)))
    red, green, blue = (int(value[at : at + 2], 16) for at in (1, 3, 5))
    assert value.startswith("#")
    assert (abs(red - 30) < 8, abs(green - 60) < 8, abs(blue - 200) < 8) == (True, True, True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from Linux's /proc")
def test_24_megapixels_need_little_memory(tmp_path):
    """Held well below what one full decode takes (72 MB) on top of Python and Pillow (20 MB)."""
    path = tmp_path / "large.jpg"
    picture(6000, 4000).save(path, quality=90)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from news.images.derivatives import make_all\n"
        "from news.images.recipes import recipes_for\n"
        "files = sum(1 for _ in make_all(Path(sys.argv[1]), recipes_for(6000, 4000)))\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(files, status.split('VmHWM:')[1].split()[0])\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    files, kilobytes = map(int, result.stdout.split())
    assert files == 17
    assert kilobytes < 130_000
