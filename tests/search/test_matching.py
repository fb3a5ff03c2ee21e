import pytest
from hypothesis import given

from news.search.matching import Matcher, merged
from news.search.parsing import parse
from tests.thai.texts import anything


def found(query, text):
    return [text[start:end] for start, end in merged(Matcher(parse(query)).matches(text))]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("ดิจิทัล", "ทักษะดิจิทัลของ Digital", ["ดิจิทัล"]),
        ("สำนักงาน ก.พ.", "ณ สำนักงาน ก.พ. นนทบุรี", ["สำนักงาน", "ก.พ."]),
        ("กพ", "จากพระราชดำริ ก.พ. และ กพ", ["ก.พ.", "กพ"]),
        ("ก.พ.", "อ.ก.พ. ผู้แทน อ.ก.พ. และ ก.พ.ร. กับสำนักงานก.พ.", ["ก.พ."]),
        ("วท.", "รมว.วท. เยี่ยมชม", ["วท."]),
        ("ม.6", "เล่ม 6 ของชั้น ม.๖ และ ม. 61", ["ม.๖"]),
        ("จ.ตาก", "เสด็จตากอากาศ ณ จ. ตาก", ["จ. ตาก"]),
        ("ม.6", "รวม 6 คน", ["ม 6"]),
        ("10%", "10 คน ใน 110 คน หรือร้อยละ 10 ของ 10 %", ["ร้อยละ 10", "10 %"]),
        ("2018", "ปี ๒๕๖๑ และ 2561 กับ 12561", ["๒๕๖๑", "2561"]),
        ("1000", "๑,๐๐๐ บาท 1000 บาท 10000", ["๑,๐๐๐", "1000"]),
        ("25", "2.5 25 ๒๕", ["25", "๒๕"]),
        ("พ.ศ. 2561", "ปี ๒๕๖๑ และ 2018 กับ พ.ศ. 2560", ["๒๕๖๑", "2018"]),
        ("2018 AD", "เมื่อ 19 พ.ค. 61 และ 2 พ.ค. 60", ["19 พ.ค. 61"]),
        ("2561", "เมื่อ 19 พ.ค. 61 และ 2 พ.ค. 60", ["19 พ.ค. 61"]),
        ("2018", "เมื่อ 19 พ.ค. 61 และ 2 พ.ค. 2561", ["19 พ.ค. 61", "2561"]),
        ("ปี 2561", "รวม 61 คน เมื่อ 19 พ.ค. 60", []),
        ("พ.ค. 61", "เมื่อ 19 พฤษภาคม 2561 และ 2 พ.ค. 60", ["19 พฤษภาคม 2561"]),
        ("14 ก.พ.", "ทุกวันที่ ๑๔ กุมภาพันธ์", ["๑๔ กุมภาพันธ์"]),
        ("September", "19 ก.ย. 61, กันยายน 2561, 2 พ.ค. 61", ["19 ก.ย. 61", "กันยายน 2561"]),
        ("กันยายน", "of September 2018, 2 - 5 ก.ย.", ["September 2018", "2 - 5 ก.ย."]),
        ("กันยายน", "เดือนกันยายนนี้ 2 พ.ค. 61", ["กันยายน"]),
        ("open government", "Open\u00a0Government", ["Open", "Government"]),
        ("usa", "the U.S.A. and usable", ["U.S.A"]),
        ("รัฐบาลแบบเปิด", "รัฐบาล แบบ\u200bเปิด (", ["รัฐบาล แบบ\u200bเปิด"]),
        ("รัฐบาลแบบเปิด", "รัฐบาล\n\u2022 แบบ “เปิด”", ["รัฐบาล\n\u2022 แบบ “เปิด"]),
        ("ประจำ", "ประจํา", ["ประจํา"]),
        ("แล้ว", "เเล้วเสร็จ", ["เเล้ว"]),
        ("มือง", "อำเภอเมืองนนท์", ["เมือง"]),
        ("มือ", "ความร่วมมือกับเมือง", ["มือ"]),
        ("ารประชุม", "การประชุม", ["รประชุม"]),
    ],
)
def test_a_match_is_marked_as_it_is_written(query, text, expected):
    assert found(query, text) == expected


@given(anything, anything)
def test_matches_lie_in_the_text_and_nothing_raises(query, text):
    spans = merged(Matcher(parse(query)).matches(text))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in spans)
