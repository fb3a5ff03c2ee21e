import pytest

from news.search.markers import markers


def acronyms(text):
    return [marker for marker in markers(text) if marker.startswith("a")]


@pytest.mark.parametrize("written", ["ก.พ.", "สำนักงานก.พ.", "กพ", "(กพ)", "เลขาธิการ ก.พ. กล่าว"])
def test_an_acronym_is_found_with_and_without_its_dots(written):
    assert "aกพ" in acronyms(written)


@pytest.mark.parametrize("written", ["อ.ก.พ.", "ก.พ.ร.", "จากพระ", "14 ก.พ. 61", "ตึกพัก"])
def test_what_only_holds_the_letters_is_no_acronym(written):
    assert "aกพ" not in acronyms(written)


def test_an_acronym_written_after_other_words_is_found_from_every_letter_on():
    assert acronyms("โดยสปสช.") == ["aยสปสช", "aสปสช", "aปสช", "aสช"]


def test_acronyms_written_together_are_found_together_and_apart():
    assert acronyms("รมว.วท.เยี่ยม") == ["aรมววท", "aรมว", "aวท"]


def test_a_space_inside_an_acronym_is_forgiven():
    assert "aกพร" in acronyms("ก.พ. ร.")


def test_single_letters_before_a_name_are_no_acronym():
    assert acronyms("ต.บางพูด อ.ปากเกร็ด จ.นนทบุรี") == []


@pytest.mark.parametrize(
    "written",
    ["19 พ.ค. 61", "๑๙ พฤษภาคม ๒๕๖๑", "วันเสาร์ที่ 19 พฤษภาคม พ.ศ. 2561", "19 May 2018", "19/5/2561"],
)
def test_a_day_has_the_same_markers_in_every_writing(written):
    assert {"d20180519", "m201805", "n05", "t0519"} <= set(markers(written))


def test_a_month_abbreviated_in_a_date_is_told_from_the_organisation():
    assert {"bกพ", "n02"} <= set(markers("14 ก.พ. 61"))
    assert markers("สำนักงาน ก.พ.") == ["aกพ", "wก.พ."]


def test_a_range_of_days_is_found_by_each_of_them():
    found = markers("19-21 พ.ค. 61")
    assert {"d20180519", "d20180520", "d20180521"} <= set(found)


@pytest.mark.parametrize("written", ["30 เม.ย. - 5 พ.ค. 61", "30 April 2018 to 5 May 2018"])
def test_a_range_of_days_over_two_months_is_found_by_each_of_them(written):
    found = set(markers(written))
    assert {"d20180430", "d20180501", "d20180502", "d20180505", "m201804", "m201805"} <= found
    assert not {"d20180429", "d20180506"} & found


def test_of_a_long_range_of_days_only_the_ends_are_found():
    days = [each for each in markers("1 ต.ค. 2560 - 30 ก.ย. 2561") if each.startswith("d")]
    assert days == ["d20171001", "d20180930"]


@pytest.mark.parametrize(
    "written", ["มกราคม – มีนาคม 2561", "ม.ค. - มี.ค. 61", "Jan. to March 2018", "ม.ค. 61 - มี.ค. 61"]
)
def test_a_range_of_months_is_found_by_each_of_them(written):
    found = set(markers(written))
    assert {"m201801", "m201802", "m201803", "n01", "n02", "n03"} <= found
    assert not {"m201712", "m201804"} & found


def test_both_months_of_a_range_are_known_in_their_writing():
    found = markers("ก.พ. - มี.ค. 61")
    assert {"bกพ", "bมีค", "wก.พ.", "wมี.ค."} <= set(found)
    assert "aกพ" not in found


def test_of_years_only_the_first_and_the_last_month_are_found():
    months = [each for each in markers("ต.ค. 2550 - ก.ย. 2560") if each.startswith("m")]
    assert months == ["m200710", "m201709"]


def test_a_date_in_doubt_is_found_by_both_readings():
    assert {"d19320215", "d19330215"} <= set(markers("15 กุมภาพันธ์ 2475"))


def test_a_date_without_a_year_is_found_by_its_day_and_month():
    assert {"t0214", "n02"} <= set(markers("ทุกวันที่ 14 กุมภาพันธ์ ของปี"))


def test_a_year_of_two_digits_is_in_the_index_in_full():
    assert "2018" in markers("พ.ค. 61")


def test_an_acronym_is_told_by_its_writing_too():
    def writings(text):
        return [marker for marker in markers(text) if marker.startswith("w")]

    assert writings("ส.ป.ก. และ สปก.") == ["wส.ป.ก.", "wสปก."]
    assert writings("ศบค.มท. แถลง") == ["wศบค.มท."]
    assert writings("โดยสปก.") == ["wยสปก.", "wสปก.", "wปก."]
    assert writings("วันที่ 14 ก.พ. 61") == ["wก.พ."]
    assert writings("ต.บางพูด") == []


def abbreviations(text):
    return [marker for marker in markers(text) if marker.startswith("l")]


@pytest.mark.parametrize("written", ["ม.6", "ม. ๖", "นักเรียนม.6/1", "ผู้ปกครองของนักเรียนชั้น ม.6, ม.6"])
def test_a_letter_with_its_dot_before_a_number_is_told_from_the_letter(written):
    assert abbreviations(written) == ["lม.6"]


def test_a_letter_with_its_dot_is_told_by_how_the_word_after_it_begins():
    assert abbreviations("ต.บางพูด อ. ปากเกร็ด ที่จ.เชียงใหม่") == ["lต.บ", "lอ.ป", "lจ.เ"]


def test_a_letter_behind_an_acronym_is_told_from_its_last():
    assert abbreviations("กกต.จ.ตาก") == ["lจ.ต"]


@pytest.mark.parametrize(
    ("written", "shares"),
    [
        ("10%-15%", ["p10", "p15"]),
        ("จาก 3% เป็น ๕ %", ["p3", "p5"]),
        ("1,234,567.89 %", ["p1234567.89"]),
        ("10.0% or 7 per cent, 8 percent", ["p10", "p8", "p7"]),
        ("9 เปอร์เซ็นต์ และ 10％", ["p10", "p9"]),
        ("10 คน", []),
    ],
)
def test_every_share_of_a_hundred_is_told_in_every_writing(written, shares):
    assert [marker for marker in markers(written) if marker.startswith("p")] == shares


@pytest.mark.parametrize(
    "written",
    [
        "เล่ม 6",
        "สพม.6",
        "ก.พ. 6",
        "ก.พ.เปิด",
        "พ.ศ. 2561",
        "ผอ.เมือง",
        "เวลา 14.00 น. ณ ห้อง",
        "ม.ค. 61",
    ],
)
def test_what_only_ends_with_a_letter_and_a_dot_is_no_abbreviation(written):
    assert abbreviations(written) == []
