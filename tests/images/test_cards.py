"""The picture of a shared release: what is on it, how large it is, and when its address changes."""

import io

import pytest
from PIL import Image, ImageChops

from news.images import cards, lettering
from news.images.cards import BAND_DEEP, GOLD, card_hash, draw_card
from news.images.lettering import ShapingUnavailable
from tests.images.making import encoded, picture, quarter

THAI = {
    "headline": "พร้อมจับมือ ก.พ. พัฒนาทักษะด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ (19 พ.ค. 61)",
    "language": "th",
    "date_text": "19 พฤษภาคม 2561",
    "organisation": "สำนักงาน ก.พ.",
}
ENGLISH = {
    "headline": "Thirteen agencies join hands with OCSC on digital skills",
    "language": "en",
    "date_text": "19 May 2018",
    "organisation": "Office of the Civil Service Commission",
}
LONG = "รัฐสภา ครู ศาล ทหาร ตำรวจ อุดมศึกษา อัยการ ท้องถิ่น " * 20


@pytest.fixture
def cover(tmp_path):
    path = tmp_path / "cover.jpg"
    path.write_bytes(encoded(picture(1600, 1000)))
    return path


def drawn(**content):
    return Image.open(io.BytesIO(draw_card(**content))).convert("RGB")


def close(pixel, colour, tolerance=12):
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=True))


def difference(one, other):
    """The box in which two cards differ by more than what JPEG does."""
    mask = ImageChops.difference(one, other).convert("L").point(lambda v: 255 if v > 60 else 0)
    return mask.getbbox()


@pytest.mark.parametrize("content", [THAI, ENGLISH, {**THAI, "headline": LONG}])
@pytest.mark.parametrize("with_cover", [True, False])
def test_a_card_is_a_jpeg_of_1200_by_630_below_its_limit(content, with_cover, cover):
    data = draw_card(**content, cover_path=cover if with_cover else None)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size, image.mode) == ("JPEG", (1200, 630), "RGB")
    assert len(data) <= 300_000


def test_a_card_over_a_noisy_photo_stays_below_its_limit(tmp_path):
    path = tmp_path / "noise.jpg"
    noise = Image.merge("RGB", [Image.effect_noise((1400, 900), 120) for _ in "rgb"])
    path.write_bytes(encoded(noise, quality=95))
    data = draw_card(**{**ENGLISH, "headline": "Short"}, cover_path=path)
    assert 100_000 < len(data) <= 300_000


def test_the_same_content_gives_the_same_bytes(cover):
    assert draw_card(**THAI, cover_path=cover) == draw_card(**THAI, cover_path=cover)


def test_the_photo_shows_above_and_the_band_stands_below(cover):
    card = drawn(**ENGLISH, cover_path=cover)
    assert quarter(card, 0.05, 0.05) == "red"
    assert quarter(card, 0.95, 0.05) == "green"
    assert close(card.getpixel((10, 620)), BAND_DEEP)


def test_the_focal_point_decides_what_the_photo_shows(cover):
    above = drawn(**ENGLISH, cover_path=cover, focal=(0.5, 0.0))
    below = drawn(**ENGLISH, cover_path=cover, focal=(0.5, 1.0))
    assert quarter(above, 0.05, 0.1) == "red"
    assert quarter(below, 0.05, 0.1) == "blue"


def test_a_small_cover_is_enlarged(tmp_path):
    path = tmp_path / "small.png"
    path.write_bytes(encoded(picture(90, 60), "PNG"))
    assert quarter(drawn(**ENGLISH, cover_path=path), 0.05, 0.05) == "red"


@pytest.mark.parametrize("with_cover", [True, False])
@pytest.mark.parametrize("headline", [LONG, "x" * 10_000, "ฟั้น กี้ ญู ฎุ " * 80, "W" * 60])
def test_a_long_headline_leaves_margins_and_foot_alone(headline, with_cover, tmp_path):
    cover = tmp_path / "even.png"
    Image.new("RGB", (1200, 800), BAND_DEEP).save(cover)
    content = {**THAI, "cover_path": cover if with_cover else None}
    long, without = drawn(**{**content, "headline": headline}), drawn(**{**content, "headline": ""})
    left, top, right, bottom = difference(long, without)
    assert left >= cards.MARGIN - 8
    assert right <= cards.WIDTH - cards.MARGIN + 8
    assert top >= (cards.HEIGHT - cards.FOOT - cards.ROOM_ON_PHOTO if with_cover else 20)
    assert bottom <= cards.HEIGHT - cards.FOOT


def test_a_headline_is_drawn_where_one_is(cover):
    assert difference(drawn(**THAI), drawn(**{**THAI, "headline": "ผลสอบ"}))


def test_a_label_stands_in_the_corner_clear_of_the_headline():
    for headline in (THAI["headline"], LONG):
        content = {**THAI, "headline": headline, "label": "ภาพตัวอย่าง"}
        card = drawn(**content)
        assert close(card.getpixel((cards.MARGIN + 14, 68)), GOLD)
        _, _, _, bottom = difference(card.crop((0, 0, 600, 110)), drawn(**THAI | {"headline": ""})
                                     .crop((0, 0, 600, 110)))  # fmt: skip
        assert bottom <= cards.LABEL_BOTTOM + 4


@pytest.mark.parametrize("field", ["headline", "date_text", "organisation"])
@pytest.mark.parametrize("text", ["", "\n", "\x00", "ก" * 400, "\u0e48\u0e49", "🎉"])
def test_odd_text_draws_a_card_all_the_same(field, text):
    assert drawn(**{**THAI, field: text}).size == (1200, 630)


def test_without_a_shaping_engine_there_is_an_error_and_no_broken_card(monkeypatch):
    lettering.font.cache_clear()
    monkeypatch.setattr(lettering.features, "check", lambda name: False)
    with pytest.raises(ShapingUnavailable):
        draw_card(**THAI)


# Addresses


def test_a_card_hash_is_known_without_drawing(monkeypatch):
    monkeypatch.setattr(cards, "encode", None)
    value = card_hash(**THAI, cover_sha256="ab" * 32)
    assert len(value) == 64
    assert set(value) <= set("0123456789abcdef")
    assert value == card_hash(**THAI, cover_sha256="ab" * 32)


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "อื่น"},
        {"language": "en"},
        {"date_text": "20 พฤษภาคม 2561"},
        {"organisation": "ก.พ."},
        {"cover_sha256": "cd" * 32},
        {"cover_sha256": None},
        {"focal": (0.5, 0.25)},
        {"label": "ตัวอย่าง"},
    ],
)
def test_other_content_has_another_address(change):
    content = {**THAI, "cover_sha256": "ab" * 32}
    assert card_hash(**content) != card_hash(**{**content, **change})


def test_a_focal_point_without_a_cover_changes_nothing():
    assert card_hash(**THAI) == card_hash(**THAI, focal=(0.1, 0.1))


def test_a_new_way_of_drawing_gives_every_card_a_new_address(monkeypatch):
    before = card_hash(**THAI)
    monkeypatch.setattr(cards, "VERSION", cards.VERSION + 1)
    assert card_hash(**THAI) != before
