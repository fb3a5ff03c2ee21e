"""The first release of the archive keeps the Thai text of the Office's page word for word."""

import hashlib
import json
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT.parent / "shared" / "seed" / "press-release-digital-skills.txt"
CODE = "k7m4q2"

# SHA-256 of the headline, of the four paragraphs joined by line feeds, and of the footer's
# sentence, as the page had them.
HEADLINE = "c6ab5689bc617637a38352f1e55f941c35a317e53b755c41c5940da3778b927e"
PARAGRAPHS = "c13c237aacc68cad34b9af1770d0404cc80442a4c87fcd9db76b63c378cc1980"
FOOTER = "84dd8481856d71dc72bc7a07ca39ecabd203a5b9672866145ccd70fde02ed575"


@pytest.fixture(scope="module")
def thai() -> dict[str, str]:
    """What the Thai pages say for each text of the interface."""
    catalogue = polib.pofile(str(ROOT / "locale" / "th" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid: entry.msgstr for entry in catalogue}


@pytest.fixture(scope="module")
def seed() -> dict:
    rows = json.loads((ROOT / "fixtures" / "samples.json").read_text(encoding="utf-8"))
    return next(row["fields"] for row in rows if row["fields"].get("code") == CODE)


def paragraphs(body: str) -> list[str]:
    """The texts of `<p>…</p><p>…</p>`; raises for anything else between or inside them."""
    start, end = "<p>", "</p>"
    if not (body.startswith(start) and body.endswith(end)):
        raise ValueError("the body is not a row of paragraphs")
    texts = body[len(start) : -len(end)].split(end + start)
    if any("<" in text or "&" in text for text in texts):
        raise ValueError("a paragraph holds markup")
    return texts


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_headline_is_word_for_word(seed):
    assert sha256(seed["title_th"]) == HEADLINE


def test_the_four_paragraphs_are_word_for_word(seed):
    texts = paragraphs(seed["body_th"])

    assert len(texts) == 4
    assert sha256("\n".join(texts)) == PARAGRAPHS


def test_the_stray_space_of_the_page_is_still_there(seed):
    assert "หน่วยงานนั้นอาจ ไม่สามารถ" in seed["body_th"]


def test_the_footer_is_word_for_word(thai):
    (footer,) = (
        text for text in thai.values() if text.startswith("สำนักงานคณะกรรมการข้าราชการพลเรือน")
    )

    assert sha256(footer) == FOOTER
    assert "การ บริหาร" in footer


def test_the_frame_of_the_page_kept_its_words(thai):
    assert {"ภาพในเนื้อหาข่าว", "แชร์ข่าวนี้", "URL แบบสั้นสำหรับแชร์"} <= set(thai.values())


def test_the_texts_are_those_of_the_page_where_a_copy_of_the_page_is_at_hand(seed, thai):
    if not PAGE.exists():
        pytest.skip(f"there is no copy of the page at {PAGE}")
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line]
    first = lines.index(seed["title_th"])

    assert lines[first + 1 : first + 5] == paragraphs(seed["body_th"])
    assert lines[first + 5].strip() == "ภาพในเนื้อหาข่าว:"
    assert lines[-1] in thai.values()


def test_no_thai_summary_was_added_to_it(seed):
    assert seed["summary_th"] == ""


def test_the_translation_has_the_same_four_paragraphs_and_is_marked_as_ours(seed):
    assert len(paragraphs(seed["body_en"])) == 4
    assert (seed["original_language"], seed["translation_status"]) == ("th", "archive")


@pytest.mark.parametrize("which", ["event", "dated"])
def test_the_date_is_in_doubt_with_both_readings_and_both_strings_as_printed(seed, which):
    date = "event_date" if which == "event" else "dated"

    assert seed[f"{which}_precision"] == "doubt"
    assert (seed[date], seed[f"{which}_other"]) == ("2018-05-19", "2017-05-19")
    headline, body = seed[f"{which}_source"].split(" / ")
    assert headline in seed["title_th"]
    assert body in seed["body_th"]
