"""Thai as pixels: marks stacked right, lines broken between words, nothing cut off."""

import json
import lzma
import unicodedata
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from news.images import lettering
from news.images.lettering import ABOVE, BELOW, BOLD, FONTS, REGULAR, ShapingUnavailable, set_text

SIZE = 100
BASELINE, LEFT = 200, 40
WORDS = ["ที่", "น้ำ", "ญู", "ฐิ", "ปู่", "ฟั้น", "กี้"]

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "releases.jsonl.xz"


@pytest.fixture(autouse=True)
def _clean_cache():
    lettering.font.cache_clear()


def inked(text, *, layout=ImageFont.Layout.RAQM, file=BOLD):
    """The ink of ``text`` as a black and white mask."""
    face = ImageFont.truetype(FONTS / file, SIZE, layout_engine=layout)
    image = Image.new("L", (600, 320), 0)
    language = {"language": "th"} if layout == ImageFont.Layout.RAQM else {}
    ImageDraw.Draw(image).text((LEFT, BASELINE), text, 255, face, "ls", **language)
    return image.point(lambda value: 255 if value > 127 else 0)


def added(with_mark, without):
    """What the ink of the first has and that of the second hasn't."""
    return ImageChops.subtract(with_mark, without)


def overlaps(one, other):
    return ImageChops.darker(one, other).getbbox() is not None


def below_baseline(mask):
    foot = mask.crop((0, BASELINE + 3, mask.width, mask.height))
    return foot.crop(foot.getbbox())


def test_this_machine_shapes_thai():
    """Fails where FriBidi is missing: `make test` installs it, the Dockerfile too."""
    assert lettering.raqm_available()
    assert features.check("harfbuzz")


def test_without_fribidi_nothing_is_drawn_and_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(lettering.features, "check", lambda name: False)
    assert not lettering.raqm_available()
    with pytest.raises(ShapingUnavailable, match="libfribidi0"):
        set_text("ที่", file=BOLD, sizes=(40,), room=(500, 100), language="th")


@pytest.mark.parametrize("word", [word for word in WORDS if word != "ฐิ"])
@pytest.mark.parametrize("file", [REGULAR, BOLD])
def test_unshaped_thai_is_another_picture(word, file):
    plain = inked(word, layout=ImageFont.Layout.BASIC, file=file)
    assert inked(word, file=file).tobytes() != plain.tobytes()


def test_tho_than_keeps_its_foot_below_an_upper_vowel():
    """The one word of the list in which nothing has to move."""
    assert below_baseline(inked("ฐิ")).tobytes() == below_baseline(inked("ฐ")).tobytes()


def storeys(word, letters, **options):
    """How many rows of marks ``word`` has over its ``letters``, told by the empty rows between."""
    marks = added(inked(word, **options), inked(letters, **options))
    over = marks.crop((0, 0, marks.width, BASELINE))
    rows = ["#" if over.crop((0, y, over.width, y + 1)).getbbox() else " " for y in range(BASELINE)]
    return len("".join(rows).split())


@pytest.mark.parametrize(
    ("word", "letters"), [("ที่", "ท"), ("กี้", "ก"), ("ฟั้", "ฟ"), ("น้ำ", "นา"), ("ปื้", "ป")]
)
@pytest.mark.parametrize("file", [REGULAR, BOLD])
def test_a_tone_mark_stands_clear_above_the_vowel(word, letters, file):
    assert storeys(word, letters, file=file) == 2


@pytest.mark.parametrize(("word", "letters"), [("กี้", "ก"), ("ฟั้", "ฟ")])
def test_without_shaping_tone_and_vowel_collide(word, letters):
    """What the test above would see: that it can fail."""
    assert storeys(word, letters, layout=ImageFont.Layout.BASIC) == 1


@pytest.mark.parametrize("file", [REGULAR, BOLD])
def test_marks_step_aside_for_a_letter_with_a_tall_stem(file):
    """ป and ฟ reach up on their right: a mark there stands further left than over ก."""
    for tall, mark in (("ป", "่"), ("ฟ", "ั"), ("ฝ", "้")):
        stem, short = inked(tall, file=file), inked("ก", file=file)
        over_tall = added(inked(tall + mark, file=file), stem)
        over_short = added(inked("ก" + mark, file=file), short)
        from_the_right = stem.getbbox()[2] - over_tall.getbbox()[2]
        assert from_the_right > short.getbbox()[2] - over_short.getbbox()[2]
        assert not overlaps(over_tall, stem)


@pytest.mark.parametrize("file", [REGULAR, BOLD])
@pytest.mark.parametrize("letter", ["ญ", "ฐ"])
@pytest.mark.parametrize("vowel", ["ุ", "ู"])
def test_yo_ying_and_tho_than_lose_their_foot_over_a_lower_vowel(letter, vowel, file):
    alone = below_baseline(inked("ก" + vowel, file=file))
    shaped = below_baseline(inked(letter + vowel, file=file))
    assert abs(shaped.width - alone.width) <= 1
    assert abs(shaped.height - alone.height) <= 1
    plain = below_baseline(inked(letter + vowel, layout=ImageFont.Layout.BASIC, file=file))
    assert plain.width > alone.width, "without shaping the foot stays and the vowel lies on it"


def test_a_lower_vowel_moves_below_letters_that_keep_their_tail():
    """ฎ and ฏ have no form without the tail, so the vowel goes under it."""
    for letter in "ฎฏ":
        tail = inked(letter).getbbox()[3]
        vowel = added(inked(letter + "ุ"), inked(letter))
        assert vowel.getbbox()[3] > tail


@pytest.mark.parametrize("file", [REGULAR, BOLD])
def test_no_mark_reaches_out_of_the_height_that_a_line_is_given(file):
    consonants = [chr(c) for c in range(0x0E01, 0x0E2F)]
    stacks = [c + v + t for c in consonants for v in "ัิีึืํุู" for t in "่้๊๋"]
    for text in ("".join(stacks[at : at + 7]) for at in range(0, len(stacks), 7)):
        _, top, _, bottom = inked(text, file=file).getbbox()
        assert top >= BASELINE - SIZE * ABOVE
        assert bottom <= BASELINE + SIZE * BELOW


@pytest.mark.parametrize("word", WORDS)
def test_a_setting_draws_inside_its_own_height(word):
    setting = set_text(f"{word} " * 12, file=BOLD, sizes=(60,), room=(500, 400), language="th")
    assert len(setting.lines) > 1
    image = Image.new("L", (600, 700), 0)
    setting.draw(ImageDraw.Draw(image), 20, 100, 255)
    _, top, right, bottom = image.getbbox()
    assert 100 <= top < bottom <= 100 + setting.height
    assert right <= 20 + setting.width + 4


# Lines

HEADLINE = "พร้อมจับมือ ก.พ. พัฒนาทักษะด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ"


def test_text_takes_the_first_size_at_which_it_fits():
    sizes = (80, 60, 40)
    short = set_text("ก.พ.", file=BOLD, sizes=sizes, room=(1000, 220), language="th")
    long = set_text(HEADLINE, file=BOLD, sizes=sizes, room=(1000, 220), language="th")
    assert (short.font.size, long.font.size) == (80, 60)
    assert "".join(long.lines).replace(" ", "") == HEADLINE.replace(" ", "")


def test_text_that_fits_at_no_size_ends_in_an_ellipsis():
    setting = set_text(HEADLINE * 9, file=BOLD, sizes=(80, 60), room=(1000, 300), language="th")
    assert setting.font.size == 60
    assert setting.height <= 300
    assert setting.lines[-1].endswith("…")
    assert setting.width <= 1000


def test_lines_are_evened_out():
    text = "ข้าราชการ " * 5
    setting = set_text(text, file=BOLD, sizes=(60,), room=(900, 400), language="th")
    widths = [lettering.width_of(line, setting.font, "th") for line in setting.lines]
    assert len(setting.lines) == 2
    assert min(widths) > 0.6 * max(widths)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "ก", "\u0e48", "x" * 500, "ก" * 500, "\x00"])
def test_odd_text_is_set_without_an_error(text):
    setting = set_text(text, file=BOLD, sizes=(60, 40), room=(900, 200), language="th")
    assert setting.height <= 200


def test_a_title_of_ten_thousand_characters_is_set():
    setting = set_text(HEADLINE * 150, file=BOLD, sizes=(66, 48), room=(1072, 300), language="th")
    assert setting.lines[-1].endswith("…")


def titles(count):
    if not CORPUS.exists():
        pytest.skip("the corpus of real releases (../shared/corpus) is not here")
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        every = [json.loads(line)["title"] for line in lines]
    return every[:: len(every) // count]


def test_no_line_of_a_real_headline_begins_with_a_mark_or_is_cut_before_one():
    for title in titles(60):
        room = (500, 200)
        setting = set_text(title, file=BOLD, sizes=(66, 48), room=room, language="th")
        for line in setting.lines:
            assert unicodedata.category(line[0]) != "Mn", (title, line)
            assert line.rstrip("…")[-1] not in "เแโใไ", (title, line)
        assert setting.width <= room[0] + 1
        assert setting.height <= room[1]
