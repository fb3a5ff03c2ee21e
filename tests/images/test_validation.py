"""What is taken as a photograph, what is refused, and in which words."""

import hashlib
import io
import re
import tracemalloc
from contextlib import suppress
from datetime import datetime

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.images import refusals, validation
from news.images.derivatives import make
from news.images.recipes import SQUARE, shaped
from news.images.refusals import ImageRefused
from news.images.validation import inspect
from tests.images.making import encoded, exif, picture, png_header, with_iptc

JPEG = encoded(picture(), "JPEG")
PNG = encoded(picture(), "PNG")
WEBP = encoded(picture(), "WEBP")


def looked_at(data, name):
    return inspect(io.BytesIO(data), name)


def refusal(data, name="photo.jpg"):
    with pytest.raises(ImageRefused) as caught:
        looked_at(data, name)
    return caught.value


@pytest.mark.parametrize(
    ("data", "name", "format_", "extension"),
    [
        (JPEG, "meeting.jpg", "jpeg", "jpg"),
        (JPEG, "ประชุม.JPEG", "jpeg", "jpg"),
        (PNG, "meeting.png", "png", "png"),
        (WEBP, "meeting.webp", "webp", "webp"),
    ],
)
def test_facts_of_a_photo_come_from_its_bytes(data, name, format_, extension):
    facts = looked_at(data, name)
    assert (facts.format, facts.extension) == (format_, extension)
    assert (facts.width, facts.height) == (320, 200)
    assert facts.byte_size == len(data)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert (facts.captured_at, facts.has_gps, facts.caption, facts.credit) == (None, False, "", "")


def test_the_file_is_left_at_its_start_when_accepted_and_when_refused():
    good, bad = io.BytesIO(JPEG), io.BytesIO(JPEG[:-900])
    inspect(good, "a.jpg")
    with pytest.raises(ImageRefused):
        inspect(bad, "a.jpg")
    assert (good.tell(), bad.tell()) == (0, 0)


def test_the_name_is_taken_from_the_file_itself(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        assert inspect(file).format == "png"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_width_and_height_are_those_that_a_reader_sees(orientation):
    data = encoded(picture(320, 200), "JPEG", exif=exif(orientation=orientation))
    facts = looked_at(data, "a.jpg")
    assert (facts.width, facts.height) == ((200, 320) if orientation >= 5 else (320, 200))


def test_the_camera_clock_and_position_are_read():
    data = encoded(picture(), "JPEG", exif=exif(taken="2018:05:19 14:00:07", gps=True))
    facts = looked_at(data, "a.jpg")
    assert facts.captured_at == datetime(2018, 5, 19, 14, 0, 7)  # noqa: DTZ001
    assert facts.has_gps


def test_a_camera_set_to_the_thai_calendar_means_the_same_day():
    data = encoded(picture(), "JPEG", exif=exif(taken="2563:02:29 08:30:00"))
    assert looked_at(data, "a.jpg").captured_at == datetime(2020, 2, 29, 8, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "taken",
    [
        "0000:00:00 00:00:00",
        "0001:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "    :  :     :  :  ",
        "yesterday",
    ],
)
def test_a_camera_without_a_clock_says_nothing(taken):
    assert looked_at(encoded(picture(), exif=exif(taken=taken)), "a.jpg").captured_at is None


def test_a_position_in_xmp_alone_is_seen():
    xmp = b'<x:xmpmeta><rdf:Description exif:GPSLatitude="13,51.0N"/></x:xmpmeta>'
    assert looked_at(encoded(picture(), "JPEG", xmp=xmp), "a.jpg").has_gps


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_the_photographers_caption_and_credit_are_read(encoding):
    data = with_iptc(
        JPEG,
        (2, 120, "ผู้แทน 13 หน่วยงาน\r\nร่วมประชุม".encode(encoding)),
        (2, 110, "กลุ่มประชาสัมพันธ์".encode(encoding)),
    )
    facts = looked_at(data, "a.jpg")
    assert facts.caption == "ผู้แทน 13 หน่วยงาน ร่วมประชุม"
    assert facts.credit == "กลุ่มประชาสัมพันธ์"


def test_a_two_lens_jpeg_is_a_jpeg_and_no_animation():
    data = encoded(picture(), "MPO", save_all=True, append_images=[picture()])
    assert looked_at(data, "IMG_0001.JPG").format == "jpeg"


def test_a_24_megapixel_photo_passes():
    facts = looked_at(encoded(picture(6000, 4000), "JPEG", quality=50), "a.jpg")
    assert (facts.width, facts.height) == (6000, 4000)


# Refusals


def test_a_40_megapixel_bomb_is_stopped_by_its_header():
    bombs = [png_header(8000, 5000), png_header(30_000, 30_000), png_header(2**31 - 1, 2**31 - 1)]
    tracemalloc.start()
    try:
        codes = {refusal(bomb, "bomb.png").code for bomb in bombs}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert codes == {"too_many_pixels"}
    assert peak < 5_000_000


def test_a_strip_longer_than_any_format_takes_is_refused():
    assert refusal(png_header(1, 30_000_000), "strip.png").code == "too_long"


def test_a_file_that_is_too_big_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(validation, "MAX_BYTES", 300_000)

    class Counted(io.BytesIO):
        handed_out = 0

        def read(self, size=-1):
            data = super().read(size)
            Counted.handed_out += len(data)
            return data

    with pytest.raises(ImageRefused) as caught:
        inspect(Counted(JPEG + bytes(5_000_000)), "a.jpg")
    assert caught.value.code == "too_many_bytes"
    assert Counted.handed_out < 1_000_000


@pytest.mark.parametrize(
    ("data", "name"),
    [(PNG, "photo.jpg"), (JPEG, "photo.png"), (WEBP, "photo.jpeg"), (JPEG, "photo"), (PNG, "png")],
)
def test_a_file_that_lies_about_its_type_is_refused(data, name):
    assert refusal(data, name).code == "wrong_extension"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.jpg", "empty"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "svg"),
        (b"\xef\xbb\xbf<svg/>", "a.png", "svg"),
        ('<?xml version="1.0" encoding="UTF-16"?><svg/>'.encode("utf-16"), "a.jpg", "svg"),
        (b"%PDF-1.7\n", "a.pdf", "pdf"),
        (b"\n\n%PDF-1.4\n", "a.jpg", "pdf"),
        (b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic", "IMG_1.HEIC", "heic"),
        (b"\x00\x00\x00\x24ftypmif1\x00\x00\x00\x00mif1heic", "IMG_1.jpg", "heic"),
        (encoded(picture(), "GIF"), "a.gif", "unsupported"),
        (encoded(picture(), "TIFF"), "a.jpg", "unsupported"),
        (encoded(picture(), "AVIF"), "a.avif", "unsupported"),
        (b"<!DOCTYPE html><html><script>", "a.jpg", "unsupported"),
        (b"PK\x03\x04" + bytes(100), "a.jpg", "unsupported"),
        (b"just some text", "a.jpg", "not_an_image"),
        (bytes(5000), "a.png", "not_an_image"),
    ],
)
def test_what_is_no_photo_is_called_by_its_name(data, name, code):
    assert refusal(data, name).code == code


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encoded(picture(), "PNG", save_all=True, append_images=[picture(mode="L")]), "a.png"),
        (encoded(picture(), "WEBP", save_all=True, append_images=[picture(mode="L")]), "a.webp"),
    ],
)
def test_an_animation_is_refused(data, name):
    assert refusal(data, name).code == "animated"


@pytest.mark.parametrize(("data", "name"), [(JPEG, "a.jpg"), (PNG, "a.png"), (WEBP, "a.webp")])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.95])
def test_a_photo_cut_short_is_refused(data, name, kept):
    assert refusal(data[: int(len(data) * kept)], name).code == "damaged"


def test_a_progressive_jpeg_with_endless_scans_is_refused():
    progressive = encoded(picture(), "JPEG", progressive=True)
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    assert looked_at(progressive, "a.jpg").format == "jpeg"
    assert refusal(progressive[:-2] + scan * 100 + progressive[-2:]).code == "too_intricate"
    hidden = progressive[:-2] + b"padding" + scan * 100 + progressive[-2:]
    assert refusal(hidden).code == "too_intricate"


def test_a_film_behind_a_photo_and_a_thumbnail_inside_it_are_no_scans():
    thumbnail = with_iptc(JPEG, (2, 120, b"\xff\xda" * 1000))
    assert looked_at(thumbnail + b"\xff\xda" * 1000, "a.jpg").format == "jpeg"


# Words


@pytest.mark.parametrize("code", refusals.MESSAGES)
def test_every_refusal_has_a_sentence_that_its_params_fill(code):
    params = {"limit": 30, "format": "GIF", "extension": "jpg"}
    with translation.override("en"):
        message = ImageRefused(code, **params).message
    assert "%(" not in message
    assert message.endswith(".")


def test_a_refusal_without_a_sentence_cannot_be_raised():
    with pytest.raises(ValueError, match="no sentence"):
        ImageRefused("ugly")


def test_the_sentences_follow_the_language_of_the_reader():
    refused = refusal(png_header(8000, 5000), "a.png")
    with translation.override("en"):
        assert "36 megapixels" in refused.message


@pytest.mark.parametrize("code", refusals.MESSAGES)
def test_every_refusal_is_said_in_thai(code):
    params = {"limit": 30, "format": "GIF", "extension": "jpg"}
    with translation.override("th"):
        message = ImageRefused(code, **params).message
    assert re.search("[ก-๛]", message)
    assert "%(" not in message


def test_an_iphone_owner_is_told_the_setting_by_its_thai_name():
    with translation.override("th"):
        assert "การตั้งค่า > กล้อง > รูปแบบ" in ImageRefused("heic").message


# Any bytes at all


def only_refused(data, name):
    """Takes or refuses it; of what is taken, the desk's first file can be made."""
    with suppress(ImageRefused):
        facts = looked_at(data, name)
        recipe = shaped(SQUARE, facts.width, facts.height)[-1]
        assert make(io.BytesIO(data), recipe).startswith(b"\xff\xd8")


RICH_JPEG = with_iptc(
    encoded(
        picture(64, 48), "JPEG", exif=exif(orientation=6, taken="2018:05:19 14:00:07", gps=True)
    ),
    (2, 120, b"caption"),
    (1, 90, b"\x1b%G"),
)
SOURCES = {
    "a.jpg": [RICH_JPEG, encoded(picture(64, 48), "JPEG", progressive=True)],
    "a.png": [
        encoded(picture(64, 48), "PNG", exif=exif(gps=True)),
        encoded(picture(64, 48, "P"), "PNG"),
    ],
    "a.webp": [encoded(picture(64, 48), "WEBP", exif=exif(orientation=8), lossless=True)],
}


@st.composite
def mutated(draw):
    """A real photo with bytes changed, cut out, doubled or cut off."""
    name = draw(st.sampled_from(sorted(SOURCES)))
    data = bytearray(draw(st.sampled_from(SOURCES[name])))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 8))
        match draw(st.sampled_from(["change", "cut", "double", "end"])):
            case "change":
                data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "cut":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length * 20]
            case "end":
                del data[max(at, 12) :]
    return bytes(data), name


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_photo_is_accepted_or_refused_and_nothing_else(case):
    only_refused(*case)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x01\x00\x00WEBPVP8 "]),
    st.binary(max_size=400),
    st.text(max_size=20),
)
def test_any_bytes_under_any_name_are_accepted_or_refused(start, rest, name):
    only_refused(start + rest, name)
    only_refused(start + rest, "a.jpg" if start[:1] == b"\xff" else "a.png")
