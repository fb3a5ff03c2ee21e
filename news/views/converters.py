"""What may stand in an address. ASCII digits only: `\\d` and `int()` would take Thai ones
as well.
"""


class CodeConverter:
    """A release's code, in any case; the page itself leads to the right spelling."""

    regex = "[0-9A-Za-z]{6,12}"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


class PositiveConverter:
    """A number from 1, without leading zeros."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class YearConverter:
    """Four digits, of either era."""

    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class _TwoDigits:
    """Written with two digits; one is taken as well."""

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class MonthConverter(_TwoDigits):
    regex = "1[0-2]|0?[1-9]"


class DayConverter(_TwoDigits):
    """A day that some month has; whether this one has it is for the view."""

    regex = "[12][0-9]|3[01]|0?[1-9]"
