"""The forms in which people write dates, as patterns over a text with Arabic digits.

The groups are day, last (of a range of days), month, era and year. Runs of spaces and lists of
days are bounded, so that no text makes a pattern slow.
"""

import re

from news.thai.characters import LETTER
from news.thai.eras import ERA
from news.thai.months import (
    ENGLISH_MONTH_PATTERN,
    ENGLISH_MONTHS,
    ENGLISH_WEEKDAYS,
    THAI_MONTH_NAME,
    THAI_MONTH_PATTERN,
    THAI_MONTH_SHORT,
    THAI_MONTHS,
    THAI_WEEKDAYS,
)

_S = "[ \t\u00a0]{0,4}"
_AND = f"{_S}(?:-|–|—|&|to|and|ถึง(?:วันที่)?|และ(?:วันที่)?){_S}"
_TO = f"{_S}(?:-|–|—|,|&|to|and|ถึง(?:วันที่)?|และ(?:วันที่)?){_S}"
_DAY = r"(?<![0-9])(?<![0-9][.,/])(?P<day>[0-9]{1,2})"
_ORDINAL = "(?i:st|nd|rd|th)?"
_THAI_WEEKDAY = "(?:{})".format("|".join((*THAI_WEEKDAYS, "พฤหัส")))
_THAI_LAST = rf"(?:{_TO}(?:(?:วัน)?{_THAI_WEEKDAY}(?:ที่)?{_S})?(?P<last>[0-9]{{1,2}})){{0,6}}"
_ENGLISH_LAST = rf"(?:{_AND}(?P<last>[0-9]{{1,2}}){_ORDINAL}(?![0-9]))?"
_ENGLISH_MONTH = rf"(?P<month>{ENGLISH_MONTH_PATTERN})\b\.?"
_ERA = f"(?:(?P<era>{ERA}){_S})?"
# Not the hours of 19 พ.ค. 14.00 น., nor a number of something: 19 พ.ค. 61 คน.
_COUNTED = "คน|ราย|คู่|แห่ง|จังหวัด|อำเภอ|ตำบล|ล้าน|บาท|วัน|นาที|ชั่วโมง|เที่ยว"
_YEAR = (
    rf"(?P<year>[0-9]{{4}}(?![0-9]|[.:,][0-9])"
    rf"|[0-9]{{2}}(?![0-9]|[.:,][0-9]|[ \u00a0]?(?:%|{_COUNTED})))"
)
_FULL_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"

THAI_DIGIT = re.compile("[๐-๙]")

FROM_DAY = tuple(
    re.compile(form)
    for form in (
        # 19 พ.ค. 61; 19-20 เดือนพฤษภาคม พ.ศ. 2561; 19 พฤษภาคม
        (
            f"{_DAY}{_THAI_LAST}{_S}(?:เดือน{_S})?(?P<month>{THAI_MONTH_PATTERN})"
            f"(?:{_S},?{_S}{_ERA}{_YEAR})?"
        ),
        # 19 May 2018; 19th-20th of May, B.E. 2561
        (f"{_DAY}{_ORDINAL}{_ENGLISH_LAST}{_S}(?:of{_S})?{_ENGLISH_MONTH}(?:,?{_S}{_ERA}{_YEAR})?"),
        # 19/5/2561, 19-05-2018 and 19/5/61: the day first
        (
            r"(?<![0-9/.-])(?P<day>[0-9]{1,2})(?P<mark>[/-])(?P<month>[0-9]{1,2})(?P=mark)"
            r"(?P<year>[0-9]{4}|(?<=/)[0-9]{2})(?![0-9/-])"
        ),
        # 2018-05-19
        r"(?<![0-9/.-])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9-])",
    )
)
"""Forms that begin with a number."""

# A month, or what may stand before one: a mark, "of", "st", ถึง, และ, เดือน.
_MONTH_INITIALS = "".join(sorted({name[0] for name in (*THAI_MONTHS, *ENGLISH_MONTHS)}))
_AFTER_DAY = f"(?:[/-]|{_S}(?:[-–—,&toaSsNnRrTtถแด{_MONTH_INITIALS}]))"
BEGINS_DATE = re.compile(f"[0-9]{{1,2}}{_AFTER_DAY}|[0-9]{{4}}-")
"""What every one of these forms begins with."""

FROM_MONTH = tuple(
    re.compile(form)
    for form in (
        # พฤษภาคม 2561; ก.พ. 61
        f"(?P<month>{THAI_MONTH_PATTERN}){_S}(?:ปี{_S})?{_ERA}{_YEAR}",
        # May 19, 2018
        (
            rf"\b{_ENGLISH_MONTH}{_S}(?P<day>[0-9]{{1,2}}){_ORDINAL}(?![0-9.:]){_ENGLISH_LAST}"
            f"(?:,?{_S}{_ERA}{_FULL_YEAR})?"
        ),
        # May 2018
        rf"\b{_ENGLISH_MONTH},?{_S}{_ERA}{_FULL_YEAR}",
    )
)
"""Forms that begin with a month."""

# Thai is written without spaces: these words may stand right before an abbreviated month.
_LEADS_TO_MONTH = (
    "(?:(?<=เดือน)|(?<=ถึง)|(?<=ใน)|(?<=และ)|(?<=ช่วง)|(?<=ต้น)|(?<=กลาง)|(?<=ปลาย)|(?<=สิ้น))"
)

MONTH_BEFORE = re.compile(
    f"(?:{THAI_MONTH_NAME}|(?:(?<![{LETTER}.])|{_LEADS_TO_MONTH}){THAI_MONTH_SHORT}"
    f"|\\b{ENGLISH_MONTH_PATTERN}\\b\\.?,?)"
    f"{_S}(?:ปี{_S})?{_ERA}\\Z"
)
"""A month at the end of what stands before a number."""

_THROUGH = f"{_S}(?:-|–|—|(?i:to|until|till|through)\\b|(?:ไป)?(?:จน)?ถึง){_S}"
MONTH_THROUGH = re.compile(
    f"(?P<month>{THAI_MONTH_NAME}"
    f"|(?:(?<![{LETTER}.])|{_LEADS_TO_MONTH}|(?<=ระหว่าง)|(?<=ตั้งแต่)){THAI_MONTH_SHORT}"
    f"|\\b{ENGLISH_MONTH_PATTERN}\\b\\.?){_THROUGH}(?:เดือน{_S})?\\Z"
)
"""The first month of a range, at the end of what stands before its last."""

MONTH_THROUGH_REACH = 40
"""How far before the last month the first may begin."""

MONTH_ENDS = re.compile(
    f"(?:[A-Za-z]|คม|ยน|ธ์|[มกพสตธิี]\\.?[ \u00a0]?[คพย]|[พค]\\.? ?ศ|ราช|ปี)[.,]{{0,2}}{_S}\\Z"
)
"""The last letters of a month, of the era's name or of ปี at the end of what stands before."""

ENDS_REACH = 12
"""How far before a number these may begin."""

# The digit comes first, for regular expressions skip quickly to the next one.
_BETWEEN = "., \t\u00a0"
_LAST = "A-Za-zมน์คพยศชี"
NUMBER = re.compile(
    "[0-9](?<![0-9]{2})"
    f"(?:(?<=[{_LAST}].)|(?<=[{_LAST}{_BETWEEN}][{_BETWEEN}].)|(?=[0-9]?{_AFTER_DAY}|[0-9]{{3}}-))"
    "[0-9]*"
)
"""A number that begins as a date does, or stands after what may be the end of one of MONTH_ENDS.

Every date has one: the forms are tried only around these, which are rare in texts.
"""

MONTH_REACH = 40
"""How far before a number its month may begin."""

_ENGLISH_WEEKDAY = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in ENGLISH_WEEKDAYS)
WEEKDAY_BEFORE = re.compile(
    rf"(?:(?:วัน)?(?P<thai>{_THAI_WEEKDAY}){_S}(?:ที่)?"
    rf"|(?<![{LETTER}.])(?P<short>อา|พฤ|[จอพศส])\."
    rf"|(?i:\b(?P<english>{_ENGLISH_WEEKDAY})\b\.?,?(?: the)?)){_S}\Z"
)
"""A weekday at the end of what stands before a date: วันเสาร์ที่, ส., Saturday."""

WEEKDAY_REACH = 24
"""How far before a date its weekday may begin."""

BETWEEN = re.compile(rf"{_TO}(?:วันที่{_S})?")
"""What joins the two ends of a range of dates."""

THROUGH = re.compile(f"{_THROUGH}(?:วันที่{_S}|เดือน{_S})?")
"""The same where all that lies between is meant, too: no comma, no "and"."""

THROUGH_MOST = 30
"""Characters that it is looked for in."""

_COMMISSION = re.compile(f"(?:สำนักงาน|เลขาธิการ|คณะกรรมการ|กรรมการ|ประธาน|มติ|ของ|โดย){_S}\\Z")


def is_organisation(month: str, before: str) -> bool:
    """Whether "ก.พ." after the text `before` is the Civil Service Commission, not February."""
    return month.startswith("ก.พ") and bool(_COMMISSION.search(before[-20:]))
