"""What the search needs of a PostgreSQL database, told before the site starts."""

from unittest.mock import MagicMock

import pytest

from news import checks


@pytest.fixture
def postgresql(monkeypatch):
    """A connection whose database has the encoding and lc_ctype that the test says."""

    def make(encoding, ctype):
        connection = MagicMock(vendor="postgresql")
        cursor = connection.cursor.return_value.__enter__.return_value
        cursor.fetchone.return_value = (encoding, ctype)
        monkeypatch.setattr(checks, "connections", {"default": connection})

    return make


@pytest.mark.parametrize(
    ("encoding", "ctype", "told"),
    [
        ("UTF8", "C.UTF-8", []),
        ("UTF8", "th_TH.UTF-8", []),
        ("UTF8", "C", ["news.W002"]),
        ("UTF8", "POSIX", ["news.W002"]),
        ("SQL_ASCII", "C", ["news.E006"]),
        ("WIN874", "th_TH", ["news.E006"]),
    ],
)
def test_a_database_that_knows_no_thai_is_told(postgresql, encoding, ctype, told):
    postgresql(encoding, ctype)
    found = checks.postgresql_knows_thai_letters(None, databases=["default"])
    assert [each.id for each in found] == told


@pytest.mark.django_db
def test_the_database_at_hand_knows_thai():
    assert checks.postgresql_knows_thai_letters(None, databases=["default"]) == []
