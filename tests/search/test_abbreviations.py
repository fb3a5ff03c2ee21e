import pytest

from news.search.abbreviations import DATA, BadAbbreviations, abbreviations, read
from news.search.markers import dotted_acronym
from news.thai.months import THAI_MONTHS_SHORT

MEANING = '[[abbreviation.meaning]]\nth = "ก"\nen = "x"\nquery = "ก"\n'


def test_every_entry_is_an_acronym_that_readers_can_type():
    for each in read(DATA.read_text("utf-8")):
        assert dotted_acronym(each.written), each.written


def test_the_twelve_months_are_known_without_an_entry():
    months = [abbreviations()[written.replace(".", "")].month for written in THAI_MONTHS_SHORT]
    assert months == list(range(1, 13))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[[abbreviation]", "Expected"),
        ('[[abbreviation]]\nwritten = "."\n' + MEANING, "without letters"),
        ('[[abbreviation]]\nwritten = "ก.ข."\n', "no meaning"),
        ('[[abbreviation]]\nwritten = "ก.ข."\n' + MEANING * 1 + "month = 13\n", "no month 13"),
        (
            '[[abbreviation]]\nwritten = "ก.ข."\n[[abbreviation.meaning]]\nth = "ก"\n',
            "needs th, en",
        ),
        (('[[abbreviation]]\nwritten = "ก.ข."\n' + MEANING) * 2, "more than one entry"),
    ],
)
def test_a_mistake_in_the_file_is_told(toml, said):
    with pytest.raises(BadAbbreviations, match=said):
        read(toml)
