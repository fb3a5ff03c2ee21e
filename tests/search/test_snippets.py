import pytest
from hypothesis import given

from news.search.matching import Matcher
from news.search.parsing import parse
from news.search.snippets import LENGTH, marked, snippet
from news.thai.breaks import may_cut
from tests.thai.texts import anything

TEXT = (
    "ในการประชุมดังกล่าว เลขาธิการ ก.พ. ได้ชี้ให้เห็นถึงความสำคัญและแนวทางการพัฒนาทักษะ "
    "ด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ\nเพื่อให้เป็นกลไกที่จะช่วยเพิ่มประสิทธิภาพการบริหาร "
    "จัดการภาครัฐ และยกระดับคุณภาพการให้บริการประชาชน อันจะนำไปสู่การเพิ่มขีดความสามารถ "
    "ในการแข่งขันของประเทศ โดยรองเลขาธิการ ก.พ. ได้ให้ความเห็นเพิ่มเติมว่าภายใต้บริบท "
    "ของการเปลี่ยนแปลงของโลกยุคปัจจุบัน"
)


def shown(segments):
    return "".join(f"[{text}]" if is_marked else text for text, is_marked in segments)


def matches(query, text):
    return Matcher(parse(query)).matches(text)


def test_a_title_is_shown_whole_with_its_matches_marked():
    title = "พัฒนาทักษะ\u00a0ดิจิทัล\nของข้าราชการ (19 พ.ค. 61)"
    assert shown(marked(title, matches("ดิจิทัล 2018-05-19", title))) == (
        "พัฒนาทักษะ [ดิจิทัล] ของข้าราชการ ([19 พ.ค. 61])"
    )


def test_a_snippet_is_the_part_with_the_match():
    part = shown(snippet(TEXT, matches("แข่งขัน", TEXT), 80))
    assert "[แข่งขัน]" in part
    assert part.startswith("…")
    assert part.endswith("…")


def test_a_snippet_shows_the_part_that_holds_the_most_terms():
    part = shown(snippet(TEXT, matches("ก.พ. เปลี่ยนแปลง", TEXT), 140))
    assert "[เปลี่ยนแปลง]" in part
    assert "[ก.พ.]" in part


def test_a_snippet_without_a_match_is_the_beginning():
    part = shown(snippet(TEXT, matches("ไม่มีคำนี้", TEXT)))
    assert part.startswith("ในการประชุม")
    assert part.endswith("…")


def test_a_short_text_is_shown_whole():
    assert shown(snippet("ครูไทย", matches("ครู", "ครูไทย"))) == "[ครู]ไทย"
    assert snippet("", []) == []


@pytest.mark.parametrize("length", [20, 60, LENGTH])
@pytest.mark.parametrize("query", ["ข้าราชการ", "ภาครัฐ", "ก.พ.", "ยุค"])
def test_a_snippet_is_cut_where_thai_may_be_cut(query, length):
    segments = snippet(TEXT, matches(query, TEXT), length)
    part = "".join(segment.text for segment in segments if segment.text != "…")
    flat = " ".join(TEXT.split())
    start = flat.index(part)
    assert start == 0 or may_cut(flat, start)
    assert start + len(part) == len(flat) or may_cut(flat, start + len(part))


@given(anything, anything)
def test_a_snippet_is_bounded_and_holds_only_the_text(query, text):
    matcher = Matcher(parse(query))
    segments = snippet(text, matcher.matches(text))
    assert len("".join(segment.text for segment in segments)) <= 2 * LENGTH
    own = "".join(text.split())
    for segment in segments:
        assert segment.text
        assert segment.text == "…" or "".join(segment.text.split()) in own
    whole = "".join(segment.text for segment in marked(text, matcher.matches(text)))
    assert "".join(whole.split()) == own
