"""Each rule on sentences as they were published, and on nearly the same ones that are right."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image

from news.checking.drafts import DeadLink, Draft, Lookalike, Picture, Term
from news.checking.findings import Level
from news.checking.glossary import STARTING_TERMS
from news.checking.rules import RULES, check
from news.images.likeness import likeness
from tests.checking.texts import SEED_BODY, SEED_HEADLINE

TODAY = date(2026, 11, 23)
SAMPLES = Path(settings.BASE_DIR) / "fixtures/media"
PEOPLE = (
    Term("ประยุทธ์ จันทร์โอชา", "Prayut Chan-o-cha", is_person=True),
    Term("ประวิตร วงษ์สุวรรณ", "Prawit Wongsuwan", is_person=True),
    Term("อนุทิน ชาญวีรกูล", "Anutin Charnvirakul", is_person=True),
)


def draft(title="พาดหัว", body="เนื้อหา", *, language="th", today=TODAY, **facts) -> Draft:
    texts = {f"title_{language}": title, f"body_{language}": body}
    return Draft(texts=texts, raw=texts, today=today, **{"terms": STARTING_TERMS + PEOPLE} | facts)


def found(rule: str, looked_at: Draft) -> list[tuple[str, str]]:
    """(field, quote) of what one rule finds."""
    return [
        (finding.problem.field, finding.problem.quote)
        for finding in check(looked_at)
        if finding.rule.id == rule
    ]


def said(rule: str, looked_at: Draft, language: str = "en") -> str:
    with translation.override(language):
        told = " ".join(f.problem.message for f in check(looked_at) if f.rule.id == rule)
    return told.replace("\xa0", " ")


# -- dates -----------------------------------------------------------------------------------------


def test_a_weekday_that_is_not_the_dates_is_told_with_the_year_that_would_be_right():
    slip = draft(body="วันอังคารที่ 17 มกราคม 2565 เวลา 10.00 น. นายสุรเดช สมิเปรม รองปลัดกระทรวง")
    assert found("weekday", slip) == [("body_th", "วันอังคารที่ 17 มกราคม 2565")]
    assert said("weekday", slip) == (
        "17 January 2022 is a Monday. The weekday that is written would be right for "
        "17 January 2023."
    )
    assert "17 มกราคม 2566" in said("weekday", slip, "th")
    assert not found("weekday", draft(body="วันอังคารที่ 17 มกราคม 2566 เวลา 10.00 น."))


def test_the_first_release_contradicts_itself_until_the_desk_records_the_doubt():
    seed = draft(SEED_HEADLINE, SEED_BODY)
    assert found("headline-date", seed) == [("title_th", "19 พ.ค. 61 / 19 พฤษภาคม 2560")]
    told = said("headline-date", seed)
    assert "19 May 2018 (Saturday)" in told
    assert "19 May 2017 (Friday)" in told
    doubted = replace(seed, event_days=(date(2017, 5, 19), date(2018, 5, 19)))
    assert not found("headline-date", doubted)


def test_a_headline_may_have_a_date_that_the_text_has_as_well():
    right = draft("ประชุม (19 พ.ค. 61)", "เมื่อวันที่ 19 พฤษภาคม 2561 ต่อจากวันที่ 19 พฤษภาคม 2560")
    assert not found("headline-date", right)


@pytest.mark.parametrize(
    ("language", "sentence", "quote"),
    [
        ("th", "การจัดงาน Big Bang ระหว่างวันที่ 6 – 9 กรกฎาคม 2017", "6 – 9 กรกฎาคม 2017"),
        ("en", "it will be held on Monday, April 1, 2567, with", "Monday, April 1, 2567"),
        ("th", "เมื่อวันที่ 19 พฤษภาคม พ.ศ. 2018", "19 พฤษภาคม พ.ศ. 2018"),
        ("th", "ประกาศใช้เมื่อวันที่ 1 ตุลาคม ค.ศ. 2013", None),
        ("th", "มติเมื่อวันที่ 1 ตุลาคม 2556", None),
        ("en", "as of October 1, 2013, and 1 October B.E. 2556", None),
    ],
)
def test_a_year_in_the_era_of_the_other_language_is_told(language, sentence, quote):
    expected = [(f"body_{language}", quote)] if quote else []
    assert found("era", draft(body=sentence, language=language)) == expected


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("เมื่อวันที่ 31 กันยายน 2565 และร่วมกันพิจารณา", "31 กันยายน 2565"),
        ("๘ เมษายน ๑๕๖๔ วันคล้ายวันสถาปนากระทรวงกลาโหม", "๘ เมษายน ๑๕๖๔"),
        ("เมื่อวันที่ 30 กันยายน 2565 และร่วมกันพิจารณา", None),
    ],
)
def test_a_day_that_does_not_exist_is_told(sentence, quote):
    assert found("no-such-day", draft(body=sentence)) == ([("body_th", quote)] if quote else [])


def test_what_is_told_as_past_may_not_lie_ahead():
    sentence = "ที่ได้มีการหารือร่วมกันเมื่อวันที่ 28 พฤศจิกายน 2568 ที่ผ่านมา"
    assert found("future", draft(body=sentence, today=date(2025, 1, 19))) == [
        ("body_th", "28 พฤศจิกายน 2568")
    ]
    assert not found("future", draft(body=sentence, today=date(2025, 12, 1)))
    plan = "รับสมัครถึงวันที่ 31 ธันวาคม 2570"
    assert not found("future", draft(body=plan, today=date(2025, 1, 19)))
    ahead = draft(dated=date(2026, 11, 24), event_days=(date(2028, 1, 1),))
    assert [field for field, _quote in found("future", ahead)] == ["dated", "event_date"]


def test_a_year_of_two_digits_is_told_once_a_field():
    both = draft("ประชุม (7 ธ.ค. 66)", "วันนี้ (7 ธ.ค. 66) เวลา 20.30 น. และ 8 ธ.ค. 66")
    assert found("two-digit-year", both) == [("title_th", "7 ธ.ค. 66"), ("body_th", "7 ธ.ค. 66")]
    range_of_days = draft(body="ตั้งแต่วันที่ 29 ก.พ.-9 เม.ย. 2564 ทั้งหมด")
    assert not found("two-digit-year", range_of_days)


# -- wording ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence", "written", "official"),
    [
        ("th", "“พล.อ. ประยุทธ จันทร์โอชา นายกรัฐมนตรี", "ประยุทธ จันทร์โอชา", "ประยุทธ์ จันทร์โอชา"),
        ("th", "จ.นนทบุรี นายอุทิน ชาญวีรกูล รองนายกฯ", "อุทิน ชาญวีรกูล", "อนุทิน ชาญวีรกูล"),
        ("th", "ซึ่งพลเอกประวิตร วงศ์สุวรรณ รองนายก", "ประวิตร วงศ์สุวรรณ", "ประวิตร วงษ์สุวรรณ"),
        ("th", "และเลขาธิการ กพ. ให้การต้อนรับ", "เลขาธิการ กพ.", "เลขาธิการ ก.พ."),
        ("th", "5) รัฐบาลดิจิตอล\xa0 6) ความมั่นคง", "รัฐบาลดิจิตอล", "รัฐบาลดิจิทัล"),
        (
            "en",
            "Minister Attached to the Prime Minister Office",
            "Prime Minister Office",
            "Office of the Prime Minister",
        ),
    ],
)
def test_a_name_spelled_otherwise_than_in_the_glossary_is_told(
    language, sentence, written, official
):
    looked_at = draft(body=sentence, language=language)
    assert found("names", looked_at) == [(f"body_{language}", written)]
    assert official in said("names", looked_at)


@pytest.mark.parametrize(
    "sentence",
    [
        "พลเอก ประยุทธ์ จันทร์โอชา นายกรัฐมนตรี และพลเอก ประวิตร วงษ์สุวรรณ",
        "รองเลขาธิการ ก.พ. และสำนักงาน ก.พ.ร. กับ สำนักงาน\xa0ก.พ.",
        "นางนราพร จันทร์โอชา ภริยานายกรัฐมนตรี",  # shares the family name
    ],
)
def test_official_names_and_relatives_are_no_misspellings(sentence):
    assert not found("names", draft(body=sentence))


def test_a_thai_release_without_english_is_told_and_an_english_one_without_thai_is_not():
    assert found("english", draft()) == [("title_en", "")]
    assert not found("english", draft(language="en"))


def test_characters_that_nobody_sees_are_counted():
    dirty = draft(body="น\u0e4d\u0e32ใจ\u200bผู้ใหญ่ เเละ")
    assert found("unclean", dirty) == [("body_th", "")]
    assert said("unclean", dirty).startswith("3 places")
    assert not found("unclean", draft(body="น้ำใจผู้ใหญ่ และ"))


# -- photos ----------------------------------------------------------------------------------------


def picture(number, *, alt="", **facts) -> Picture:
    return Picture(number, number, f"{number}.jpg", {"th": alt, "en": alt}, **facts)


def test_photos_need_a_description_in_each_language_of_the_release():
    bare = draft(pictures=(picture(1, alt="ผู้เข้าร่วมประชุม"), picture(2), picture(3)))
    assert found("description", bare) == [("gallery_description_th", "")]
    assert "photo 2, 3" in said("description", bare)
    assert not found("description", replace(bare, gallery_descriptions={"th": "ผู้เข้าร่วม"}))
    assert next(check(bare)).rule.level is Level.BLOCKING


def test_photos_of_another_day_are_told_once():
    days = (date(2018, 5, 18), date(2018, 5, 20), date(2018, 5, 20))
    pictures = tuple(picture(n, alt="ก", taken=day) for n, day in enumerate(days, start=1))
    far = {"event_days": (date(2018, 5, 12),), "event_is_exact": True}
    assert "20 May 2018 (3 of the photos)" in said("capture-date", draft(pictures=pictures, **far))
    near = {"event_days": (date(2018, 5, 19),), "event_is_exact": True}
    assert not found("capture-date", draft(pictures=pictures, **near))


def test_photos_that_are_nearly_the_same_are_told():
    scene = SAMPLES / "sample-01.jpg"
    with Image.open(scene) as photo:
        stream = io.BytesIO()
        photo.resize((photo.width // 2, photo.height // 2)).save(stream, "JPEG", quality=40)
    alike = [likeness(scene), likeness(stream), likeness(SAMPLES / "sample-02.jpg")]
    pictures = [picture(n, alt="ก", likeness=bits) for n, bits in enumerate(alike)]
    assert found("photos-alike", draft(pictures=tuple(pictures))) == [("photos", "0.jpg, 1.jpg")]


# -- links and other releases ----------------------------------------------------------------------


def test_dead_links_of_this_site_block_and_those_of_others_warn():
    links = (
        DeadLink("th", "/th/news/zzzzzz/", "not_public"),
        DeadLink("en", "https://example.org/", "gone", date(2026, 11, 1)),
    )
    looked_at = draft(dead_links=links)
    assert found("dead-link", looked_at) == [("body_th", "/th/news/zzzzzz/")]
    assert found("external-link", looked_at) == [("body_en", "https://example.org/")]
    assert "1 November 2026" in said("external-link", looked_at)


def test_a_release_that_says_nearly_the_same_is_named():
    looked_at = draft(lookalikes=(Lookalike("th", "ข่าวเดิม", "k7m4q2", 97),))
    assert "97 % of the text is that of another release (k7m4q2)" in said(
        "release-alike", looked_at
    )


# -- all of them -----------------------------------------------------------------------------------


def test_an_ordinary_release_has_nothing_to_be_told_of():
    calm = Draft(
        texts={
            "title_th": "สำนักงาน ก.พ. ประชุมทักษะดิจิทัล",
            "body_th": "เมื่อวันเสาร์ที่ 19 พฤษภาคม 2561 เลขาธิการ ก.พ. เป็นประธาน",
            "title_en": "OCSC meets on digital skills",
            "body_en": "On Saturday 19 May 2018 the Secretary-General of the OCSC presided.",
        },
        today=TODAY,
        terms=STARTING_TERMS,
    )
    assert list(check(calm)) == []


def test_what_blocks_comes_first_and_every_rule_is_named_once_in_both_languages():
    assert len({rule.id for rule in RULES}) == len(RULES)
    bad = draft("ประชุม (19 พ.ค. 61)", dead_links=(DeadLink("th", "/nowhere/", "no_page"),))
    levels = [finding.blocks for finding in check(bad)]
    assert levels == sorted(levels, reverse=True)
    for rule in RULES:
        with translation.override("th"):
            thai = str(rule.title)
        with translation.override("en"):
            assert thai != str(rule.title), f"{rule.id} has no Thai name"
