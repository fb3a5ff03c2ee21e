from datetime import date

import pytest

from news.search.periods import PeriodRefused, read_period


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2561", date(2018, 1, 1), date(2018, 12, 31)),
        (" ๒๕๖๑ ", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("พ.ศ. 2561", date(2018, 1, 1), date(2018, 12, 31)),
        ("ปี พ.ศ. ๒๕๖๑", date(2018, 1, 1), date(2018, 12, 31)),
        ("ปี 2561", date(2018, 1, 1), date(2018, 12, 31)),
        ("ค.ศ. 2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("B.E. 2561", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018 AD", date(2018, 1, 1), date(2018, 12, 31)),
        ("2563-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("๐๒/2563", date(2020, 2, 1), date(2020, 2, 29)),
        ("5/2018", date(2018, 5, 1), date(2018, 5, 31)),
        ("may 2018", date(2018, 5, 1), date(2018, 5, 31)),
        ("ก.พ. 60", date(2017, 2, 1), date(2017, 2, 28)),
        ("19 พ.ค. 61", date(2018, 5, 19), date(2018, 5, 19)),
        ("19-21 พ.ค. 61", date(2018, 5, 19), date(2018, 5, 21)),
    ],
)
def test_a_period_is_read_in_every_writing(written, first, last):
    assert read_period(written) == (first, last)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "61",
        "3018",
        "พ.ศ. 2018",
        "ค.ศ. 2561",
        "พ.ศ. 61",
        "ปี 61",
        "2018-13",
        "2018-00",
        "13/2561",
        "5/61",
        "29 ก.พ. 60",
        "14 ก.พ.",
        "ก่อน 19 พ.ค. 61",
        "19 May 18",
        "abc",
    ],
)
def test_what_is_no_certain_period_is_refused(written):
    with pytest.raises(PeriodRefused):
        read_period(written)
