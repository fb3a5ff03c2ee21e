"""Body HTML: what is let through, and what its words are without marks."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news import html
from news.html import kept_together, plain, sanitise


def test_plain_text_has_one_block_a_line():
    body = "<h2>ทุน</h2><ul><li><p>ข้อหนึ่ง</p></li><li><p>ข้อสอง<br>ต่อ</p></li></ul><p>จบ</p>"

    assert plain(body) == "ทุน\nข้อหนึ่ง\nข้อสอง\nต่อ\nจบ"


def test_plain_text_has_one_row_of_a_table_a_line():
    rows = "<tr><th><p>บริหาร</p></th><td><p>48</p></td></tr><tr><td>ก</td><td>ข</td></tr>"
    body = f"<table><tbody>{rows}</tbody></table>"

    assert plain(body) == "บริหาร 48\nก ข"


def test_what_follows_a_table_stays_after_it():
    body = "<p>ก่อน</p><table><tbody><tr><td><p>ใน</p></td></tr></tbody></table><p>หลัง</p>"

    assert plain(body) == "ก่อน\nใน\nหลัง"


def test_plain_text_decodes_entities_and_drops_scripts():
    assert plain("<p>A&amp;B &lt;C&gt;<script>alert(1)</script></p>") == "A&B <C>"


def test_sanitising_keeps_what_a_release_needs():
    body = (
        '<p><strong>ก</strong> <em>ข</em> <span lang="en">Open Government</span></p>'
        "<h2>ค</h2><h3>ง</h3><ol><li><p>จ</p></li></ol><blockquote><p>ฉ</p></blockquote>"
        "<table><tbody><tr><th><p>ช</p></th><td><p>ซ</p></td></tr></tbody></table>"
    )

    assert sanitise(body) == body


def test_sanitising_takes_scripts_handlers_and_odd_addresses_out():
    dirty = (
        '<p onclick="x()">ก<script>x()</script><img src="x" onerror="x()">'
        '<a href="javascript:x()">ข</a></p>'
    )

    assert sanitise(dirty) == '<p>ก<a rel="noopener">ข</a></p>'


def test_no_line_ends_before_the_sign_that_says_a_word_twice():
    body = '<p><a href="/ต่าง ๆ">หน่วยงานต่าง ๆ</a> &amp; เด็ก ๆ เมื่อ 19 พ.ค. 61 <em>อื่น</em> ๆ</p>'

    assert kept_together(body) == (
        '<p><a href="/ต่าง ๆ">หน่วยงานต่า<span class="together">ง ๆ</span></a> &amp; '
        'เด็<span class="together">ก ๆ</span> เมื่อ <span class="together">19 พ.ค. 61</span> '
        "<em>อื่น</em> ๆ</p>"
    )


@pytest.mark.parametrize(
    "whole",
    [
        "พ.ศ. 2566",
        "พ.ศ. ๒๕๖๖",
        "ค.ศ. 2023",
        "14.00 น.",
        "22.00–02.00 น.",
        "๙:๓๐ น.",
        "2 a.m.",
        "10:30 p.m.",
    ],
)
def test_no_line_ends_between_an_era_and_its_year_or_a_time_and_its_sign(whole):
    """As in the pictures of shared links, whose lines are made here."""
    shown = kept_together(f"<p>ประชุม {whole} แล้ว</p>")
    assert shown == f'<p>ประชุม <span class="together">{whole}</span> แล้ว</p>'


@pytest.mark.parametrize(
    "whole",
    [
        "3 สิงหาคม", "๑๓ มิถุนายน", "1,250 คน", "12.5 ล้านบาท", "๕ หน่วยงาน", "ภาค ก.",
        "UTF-8", "COVID-19",
    ],
)  # fmt: skip
def test_no_line_ends_between_a_number_and_what_it_counts_or_numbers(whole):
    shown = kept_together(f"<p>ประชุม {whole} แล้ว</p>")
    assert shown == f'<p>ประชุม <span class="together">{whole}</span> แล้ว</p>'


@pytest.mark.parametrize("text", ["2 ปี่ซอ", "ภาค ก.พ.", "3 ข้าราชการ", "well-8", "A-4"])
def test_what_only_looks_counted_is_left_as_it_is(text):
    assert kept_together(f"<p>{text}</p>") == f"<p>{text}</p>"


@pytest.mark.parametrize("text", ["พ.ศ. 25666", "2 a.m", "ว.ศ. 2566", "14.00 นาที", "2 am.m."])
def test_what_only_looks_like_a_year_or_a_time_is_left_as_it_is(text):
    assert kept_together(f"<p>{text}</p>") == f"<p>{text}</p>"


MARKS = ("<p>", "</p>", "<p>ข่าว</p>", "<b>", "<p lang=th>", "</P>", "<!--")
OTHERS = ("&amp;", "&lt;", "&nbsp;", "&#x3c;", *"&<>'\"ก \0\r\n\ufeff\u00a0\x0c")
PIECES = st.lists(st.sampled_from(MARKS + OTHERS), max_size=12)


@given(pieces=PIECES)
@example(pieces=["<p>", "a", "&lt;", "script&gt;", "</p>"])
def test_plain_paragraphs_are_what_the_sanitiser_writes(pieces):
    """It is spared those, so what is taken for one must be one."""
    body = "".join(pieces)
    if html._PLAIN.fullmatch(body):
        assert html.nh3.clean(body, tags=set(html.TAGS)) == body


def test_an_ordinary_text_is_taken_for_plain_and_a_dangerous_one_is_not():
    assert html._PLAIN.fullmatch("<p>ข่าว A &amp; B</p><p></p>")
    for body in ("<p><script>x</script></p>", "<p onclick=x>a</p>", "<p>a", "a", "<p>&#60;</p>"):
        assert not html._PLAIN.fullmatch(body)


@pytest.mark.parametrize("scheme", ["data", "javascript", "vbscript", "file", "blob", "ftp"])
def test_a_link_of_no_other_kind_than_those_of_the_web_mail_and_telephones(scheme):
    assert scheme not in sanitise(f'<p><a href="{scheme}:x">a</a></p>')
