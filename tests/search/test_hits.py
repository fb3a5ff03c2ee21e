"""What a result shows: its title and a part of its texts, with what was asked marked in them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from news import media, publishing
from news.search.hits import hits
from news.search.parsing import parse
from news.search.searching import Filters, search
from tests.factories import PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db


def found(typed, language="th"):
    """The only result: its title and its snippet, each match in brackets."""
    question = parse(typed)
    results = search(question, Filters(), at=timezone.now())
    (hit,) = hits(results.entries, question, language, results.corrected)
    return tuple(
        "".join(f"[{part.text}]" if part.marked else part.text for part in parts)
        for parts in (hit.title, hit.snippet)
    )


@pytest.fixture
def illustrated(db):
    """A release whose photos, gallery and attachment have words that it has nowhere else."""
    release = PressReleaseFactory(
        title_th="เปิดงาน",
        title_en="Opening",
        summary_th="",
        summary_en="",
        body_th="<p>เนื้อความ</p>",
        body_en="<p>The text.</p>",
        gallery_description_th="บรรยากาศโดย ธีรพงษ์",
    )
    add_photo(release, caption_th="ห้องประชุมใหญ่")
    add_photo(release, colour="red", caption_th="นางสาวสมหญิง รักไทย", caption_en="Ms Somying")
    media.add_attachment(
        release=release, file=SimpleUploadedFile("a.pdf", b"%PDF-1.4"), title_th="กำหนดการโดยย่อ"
    )
    return publishing.publish(release=release)


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("สมหญิง", "นางสาว[สมหญิง] รักไทย"),
        ("กำหนดการ", "[กำหนดการ]โดยย่อ"),
        ("ธีรพงษ์", "บรรยากาศโดย [ธีรพงษ์]"),
        ("Somying", "Ms [Somying]"),
    ],
)
def test_what_only_a_caption_a_file_or_the_gallery_has_is_shown_from_there(
    illustrated, typed, marked
):
    title, snippet = found(typed)
    assert marked in snippet
    assert "[" not in title


def test_a_caption_is_shown_for_what_the_title_does_not_have(illustrated):
    title, snippet = found("เปิดงาน สมหญิง")
    assert title == "[เปิดงาน]"
    assert "นางสาว[สมหญิง] รักไทย" in snippet


def test_a_text_that_holds_as_much_is_shown_rather_than_captions(illustrated):
    assert found("เนื้อความ สมหญิง") == ("เปิดงาน", "[เนื้อความ]")


def test_a_word_that_shows_only_when_folded_is_marked_beside_another():
    published(title_th="ประชุมที่ café", body_th="<p>ของ ＯＣＳＣ</p>", thai_only=True)
    assert found("cafe ประชุม")[0] == "[ประชุม]ที่ [café]"
    assert found("ocsc ประชุม")[0] == "[ประชุม]ที่ café"
    assert found("ocsc ประชุม")[1].endswith("ของ [ＯＣＳＣ]")


def test_of_a_corrected_question_it_is_marked_too():
    published(title_th="ﬁnance", body_th="<p>-</p>", thai_only=True)
    corrected = parse("finance")
    entries = search(corrected, Filters(), at=timezone.now()).entries
    (hit,) = hits(entries, parse("fiance"), "th", corrected)
    assert hit.title == (("ﬁnance", True),)
