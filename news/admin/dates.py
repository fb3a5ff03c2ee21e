"""Days and moments as the desk types them: the year in พ.ศ. or ค.ศ., each in an input of its own.

One input for both eras would have to guess; two can't add 543 twice. Where both are filled in they
must mean the same year.
"""

import re
from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from news.thai.dates import BANGKOK, BuddhistYear, CommonYear, YearRefused, buddhist_year
from news.thai.eras import FIRST_COMMON, LAST_APRIL_YEAR, LAST_COMMON
from news.thai.months import ENGLISH_MONTHS, THAI_MONTHS

_TIME = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})(?: ?น\.?)?")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def month_choices() -> list[tuple[str, str]]:
    names = THAI_MONTHS if get_language() == "th" else ENGLISH_MONTHS
    return [("", "—"), *((str(number), name) for number, name in enumerate(names, start=1))]


class EraDateWidget(forms.MultiWidget):
    """Day, month, year พ.ศ. and year ค.ศ. side by side; a script keeps the two years together."""

    template_name = "admin/widgets/era_date.html"
    use_fieldset = True
    group_label = ""

    def __init__(self, attrs: dict | None = None) -> None:
        def number(label, size: int) -> forms.TextInput:
            return forms.TextInput(
                attrs={
                    "aria-label": label,
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "maxlength": size,
                    "size": size,
                }
            )

        widgets = {
            "day": number(_("Day"), 2),
            "month": forms.Select(attrs={"aria-label": _("Month")}, choices=month_choices),
            "be": number(_("Year, Buddhist era"), 4),
            "ce": number(_("Year, Common era"), 4),
        }
        super().__init__(widgets | self.further_widgets(), attrs)

    def further_widgets(self) -> dict[str, forms.Widget]:
        return {}

    def get_context(self, name, value, attrs) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = self.group_label
        return context

    def decompress(self, value: date | None) -> list:
        if value is None:
            return [None] * len(self.widgets)
        return [value.day, str(value.month), buddhist_year(value), value.year]

    def value_from_datadict(self, data, files, name) -> list:
        values = super().value_from_datadict(data, files, name)
        return [v.translate(_THAI_DIGITS).strip() if isinstance(v, str) else v for v in values]


class EraDateTimeWidget(EraDateWidget):
    """The same with a time of day in Thailand."""

    template_name = "admin/widgets/era_datetime.html"

    def further_widgets(self) -> dict[str, forms.Widget]:
        attrs = {
            "aria-label": _("Time, Thailand (UTC+7)"),
            "inputmode": "decimal",
            "autocomplete": "off",
            "maxlength": 8,
            "size": 6,
            "placeholder": "14.30",
        }
        return {"time": forms.TextInput(attrs=attrs)}

    def decompress(self, value: datetime | None) -> list:
        if value is None:
            return [None] * len(self.widgets)
        local = value.astimezone(BANGKOK)
        return [*super().decompress(local.date()), f"{local:%H.%M}"]


class EraDateField(forms.MultiValueField):
    """A `datetime.date`, or None where nothing is filled in."""

    widget = EraDateWidget
    default_error_messages = {
        "incomplete": _("Fill in day, month and year, or leave all of them empty."),
        "no_such_day": _("There is no such day."),
        "bad_be": _("A Buddhist-era year has four digits and lies between 2443 and 2643."),
        "bad_ce": _("A Common-era year has four digits and lies between 1900 and 2100."),
        "other_years": _(
            "พ.ศ. %(be)s is ค.ศ. %(expected)s, not ค.ศ. %(ce)s. Correct one of the two years."
        ),
        "april_year": _(
            "Before 2484 the Thai year began in April. "
            "For January to March fill in the Common-era year."
        ),
        "short_year": _(
            "พ.ศ. 2483 had no January to March: it began in April and ended in December."
        ),
    }

    def __init__(self, **kwargs) -> None:
        fields = (
            forms.IntegerField(min_value=1, max_value=31),
            forms.ChoiceField(choices=month_choices),
            forms.IntegerField(),
            forms.IntegerField(),
            *self.further_fields(),
        )
        super().__init__(fields, require_all_fields=False, **kwargs)
        for field in fields:
            field.required = False
        self.widget.group_label = self.label

    def further_fields(self) -> tuple[forms.Field, ...]:
        return ()

    def compress(self, values: list) -> date | None:
        if not any(value not in self.empty_values for value in values):
            return None
        day, month, be, ce = values[:4]
        if day is None or not month or (be is None and ce is None):
            raise self._error("incomplete")
        year = self._year(int(month), be, ce)
        try:
            return date(year, int(month), day)
        except ValueError as error:
            raise self._error("no_such_day") from error

    def _year(self, month: int, be: int | None, ce: int | None) -> int:
        """The Common-era year. In an old Thai year, January to March belong to the next one."""
        if ce is not None and not FIRST_COMMON <= ce <= LAST_COMMON:
            raise self._error("bad_ce")
        if be is None:
            return CommonYear(ce).number
        try:
            expected = BuddhistYear(be).to_common().number
        except YearRefused as error:
            raise self._error("bad_be") from error
        if be == LAST_APRIL_YEAR and month < 4:
            raise self._error("short_year")
        if be < LAST_APRIL_YEAR and month < 4:
            if ce is None:
                raise self._error("april_year")
            expected += 1
        if ce is not None and ce != expected:
            raise self._error("other_years", be=be, ce=ce, expected=expected)
        return expected

    def _error(self, code: str, **params) -> ValidationError:
        return ValidationError(self.error_messages[code], code, params)


class EraDateTimeField(EraDateField):
    """An aware `datetime.datetime`, typed as a day and a time in Thailand."""

    widget = EraDateTimeWidget
    default_error_messages = {
        "bad_time": _("Write the time with hours and minutes: 14.30."),
    }

    def further_fields(self) -> tuple[forms.Field, ...]:
        return (forms.CharField(),)

    def compress(self, values: list) -> datetime | None:
        if not any(value not in self.empty_values for value in values):
            return None
        day = super().compress(values[:4])
        written = _TIME.fullmatch(values[4] or "")
        if day is None:
            raise self._error("incomplete")
        if written is None:
            raise self._error("bad_time")
        try:
            clock = time(int(written[1]), int(written[2]))
        except ValueError as error:
            raise self._error("bad_time") from error
        return datetime.combine(day, clock, tzinfo=BANGKOK)


def era_hint() -> str:
    """Said once beside a group of dates."""
    return gettext("Fill in either year: พ.ศ. or ค.ศ.; the other one follows.")
