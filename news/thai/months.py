"""Names of months and weekdays, for writing and for reading."""

THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
THAI_MONTHS_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ENGLISH_MONTHS_SHORT = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
THAI_WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
"""From Monday, as `date.weekday()` counts."""
THAI_WEEKDAYS_SHORT = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
ENGLISH_WEEKDAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip

_MISSPELT = {"กรกฏาคม": "กรกฎาคม"}  # the two letters look alike

THAI_MONTH_NAME = "(?:{})".format("|".join((*THAI_MONTHS, *_MISSPELT)))
"""A Thai month in full."""

# People write พ.ค., พ. ค., พค. and พค. A further letter with its dot makes a longer abbreviation,
# as ก.พ.ร., unless it is the era's.
_SHORT_END = r"(?:\.(?!(?![พค]\.?[ \u00a0]?ศ)[ก-ฮ]{1,2}\.)|(?![ก-ฮะ-์.]))"
THAI_MONTH_SHORT = "(?:{})".format(
    "|".join(
        r"\.?[ \u00a0]?".join(name.rstrip(".").split(".")) + _SHORT_END
        for name in THAI_MONTHS_SHORT
    )
)
"""A Thai month abbreviated, in any of the ways that people write."""

THAI_MONTH_PATTERN = f"(?:{THAI_MONTH_NAME}|{THAI_MONTH_SHORT})"
"""A Thai month, in full or abbreviated."""

ENGLISH_MONTH_PATTERN = "(?:{})".format(
    "|".join(f"{name[0]}(?i:{name[1:3]}(?:{name[3:]})?)" for name in (*ENGLISH_MONTHS, "Sept"))
)
"""An English month, in full or by its first letters, with a capital: not "may"."""


def month_number(written: str) -> int:
    """1 to 12 for what THAI_MONTH_PATTERN or ENGLISH_MONTH_PATTERN matched."""
    if "a" <= written[0].lower() <= "z":
        return 1 + [name.lower() for name in ENGLISH_MONTHS_SHORT].index(written[:3].lower())
    written = _MISSPELT.get(written, written)
    if written in THAI_MONTHS:
        return 1 + THAI_MONTHS.index(written)
    letters = written.replace(".", "").replace(" ", "").replace("\u00a0", "")
    return 1 + [name.replace(".", "") for name in THAI_MONTHS_SHORT].index(letters)
