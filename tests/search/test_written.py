"""What is stored of a document comes back as it was worked out."""

import pytest
from django.db import connection

from news.search.documents import document_of
from news.search.index import rebuild
from tests.factories import published

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of SQLite's no more is kept"),
]


def test_an_entry_has_the_grams_of_its_document_and_its_text_the_codes():
    version = published()
    document = document_of(version)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grams, array_ndims(grams), array_lower(grams, 1), title_code, title, code "
            "FROM news_search_entry JOIN news_search_text USING (key) WHERE version_id = %s",
            [version.pk],
        )
        grams, dimensions, first, title_code, title, code = cursor.fetchone()
    assert grams == sorted(document.grams)
    assert (dimensions, first) == (1, 1)
    assert (bytes(title_code), title, bytes(code)) == (
        document.title_code,
        document.title,
        document.code,
    )


def test_it_is_stored_alone_as_among_others():
    for _ in range(2):
        published()
    alone = _stored()
    rebuild()
    assert len(alone) == 2
    assert _stored() == alone


def _stored():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM news_search_entry JOIN news_search_text USING (key) ORDER BY key"
        )
        return [
            tuple(bytes(each) if isinstance(each, memoryview) else each for each in row)
            for row in cursor.fetchall()
        ]
