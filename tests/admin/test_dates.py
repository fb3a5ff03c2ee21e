"""Dates typed in two eras."""

from datetime import date, datetime

import pytest
from django import forms
from django.utils import translation

from news.admin.dates import EraDateField, EraDateTimeField
from news.thai.dates import BANGKOK


class DateForm(forms.Form):
    day = EraDateField(required=False, label="Day")


class MomentForm(forms.Form):
    at = EraDateTimeField(required=False, label="At")


def typed(day="", month="", be="", ce="") -> DateForm:
    return DateForm({"day_day": day, "day_month": month, "day_be": be, "day_ce": ce})


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("19", "5", "2561", ""), date(2018, 5, 19)),
        (("19", "5", "", "2018"), date(2018, 5, 19)),
        (("19", "5", "2561", "2018"), date(2018, 5, 19)),
        (("๑๙", "5", "๒๕๖๑", ""), date(2018, 5, 19)),
        (("29", "2", "2563", ""), date(2020, 2, 29)),
        (("15", "1", "2482", "1940"), date(1940, 1, 15)),
        (("15", "1", "2484", ""), date(1941, 1, 15)),
        (("31", "3", "2484", "1941"), date(1941, 3, 31)),
        (("31", "12", "2483", ""), date(1940, 12, 31)),
        (("15", "4", "2483", ""), date(1940, 4, 15)),
        (("", "", "", ""), None),
    ],
)
def test_a_day_is_understood(values, found):
    form = typed(*values)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == found


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("19", "5", "", ""), "incomplete"),
        (("", "5", "2561", ""), "incomplete"),
        (("19", "", "2561", ""), "incomplete"),
        (("29", "2", "2560", ""), "no_such_day"),
        (("31", "4", "2561", ""), "no_such_day"),
        (("19", "5", "2018", ""), "bad_be"),
        (("19", "5", "", "2561"), "bad_ce"),
        (("19", "5", "61", ""), "bad_be"),
        (("19", "5", "2561", "2017"), "other_years"),
        (("19", "5", "3104", "2561"), "bad_ce"),
        (("15", "1", "2482", ""), "april_year"),
        (("15", "1", "2482", "1939"), "other_years"),
        # The year that began in April 1940 ended with December.
        (("15", "1", "2483", ""), "short_year"),
        (("31", "3", "2483", "1940"), "short_year"),
        (("15", "1", "2483", "1941"), "short_year"),
        (("19", "5", "2442", ""), "bad_be"),
        (("x", "5", "2561", ""), "invalid"),
        (("40", "5", "2561", ""), "max_value"),
    ],
)
def test_a_day_that_has_no_certain_meaning_is_an_error(values, code):
    form = typed(*values)
    assert not form.is_valid()
    assert code in {error.code for error in form.errors["day"].as_data()}


def test_a_stored_day_is_shown_in_both_eras_and_is_unchanged_when_sent_back():
    form = DateForm(initial={"day": date(2018, 5, 19)})
    html = str(form["day"])
    assert 'value="2561"' in html
    assert 'value="2018"' in html
    again = DateForm(
        {"day_day": "19", "day_month": "5", "day_be": "2561", "day_ce": "2018"},
        initial={"day": date(2018, 5, 19)},
    )
    assert not again.has_changed()


@pytest.mark.parametrize(("lang", "month"), [("th", "พฤษภาคม"), ("en", "May")])
def test_months_are_named_in_the_language_of_the_desk(lang, month):
    with translation.override(lang):
        assert month in str(DateForm()["day"])


@pytest.mark.parametrize("written", ["14.30", "14:30", "14.30 น.", "๑๔.๓๐"])
def test_a_moment_is_thai_time(written):
    form = MomentForm({"at_day": "1", "at_month": "2", "at_be": "2570", "at_time": written})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == datetime(2027, 2, 1, 14, 30, tzinfo=BANGKOK)


@pytest.mark.parametrize("written", ["", "14", "24.00", "14.60", "2 pm", "14.3"])
def test_a_time_that_is_none_is_an_error(written):
    form = MomentForm({"at_day": "1", "at_month": "2", "at_be": "2570", "at_time": written})
    assert not form.is_valid()
    assert {error.code for error in form.errors["at"].as_data()} == {"bad_time"}
