"""Adding many rows at once, past the ORM."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from news import rows
from news.models import PressRelease, SourceDocument, Version
from tests.factories import PressReleaseFactory, TopicFactory, published

pytestmark = pytest.mark.django_db


def stored(instance, *, but=()):
    """What the table has of an object, column by column, without its key."""
    table = instance._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [instance.pk])
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
        if name not in {"id", *but}
    }


def release(code, **fields):
    return PressReleaseFactory.build(
        code=code,
        topic=TopicFactory(slug="rows"),
        dated=date(2018, 5, 19),
        event_date=date(2017, 5, 19),
        origin=PressRelease.Origin.IMPORTED,
        source_id=f"source-{code}",
        title_th="ประชุม",
        **fields,
    )


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("thai_only", [True, False])
def test_rows_are_those_that_the_orm_writes(language, thai_only):
    english = "" if thai_only else "A meeting"
    mine, orms = (release(code, title_en=english) for code in ("aaaaaa", "bbbbbb"))
    with translation.override(language), transaction.atomic():
        rows.insert([mine])
        PressRelease.objects.bulk_create([orms])
    apart = ("code", "source_id", "created_at", "updated_at")
    assert stored(mine, but=apart) == stored(orms, but=apart)
    assert abs(timezone.now() - PressRelease.objects.get(code="aaaaaa").created_at).seconds < 60


def test_every_kind_of_value_comes_back_as_it_was():
    version = published()
    copy = Version.objects.get(pk=version.pk)
    original = SourceDocument.of(b"\x00\xff\\N\t\n", form="page", release=version.release)
    rows.insert([original])
    assert SourceDocument.objects.get(pk=original.pk).content == b"\x00\xff\\N\t\n"
    copy.release = PressReleaseFactory()
    copy.recorded_at = copy.visible_from = timezone.now()
    copy.title_th = "ก\tข\nค\\N \\. ง"
    rows.insert([copy])
    assert copy.pk != version.pk
    read = Version.objects.get(pk=copy.pk)
    assert {f.attname: getattr(read, f.attname) for f in Version._meta.concrete_fields} == {
        f.attname: getattr(copy, f.attname) for f in Version._meta.concrete_fields
    }


def test_keys_are_new_ones_for_the_orm_and_for_rows():
    first = PressReleaseFactory()
    many = [release("cccccc"), release("dddddd")]
    rows.insert(many)
    after = PressReleaseFactory()
    keys = [first.pk, *(each.pk for each in many), after.pk]
    assert len(set(keys)) == 4
    assert keys == sorted(keys)


def test_a_key_that_was_given_out_is_not_given_out_again():
    gone = PressReleaseFactory.build(code="eeeeee")
    rows.insert([gone])
    key = gone.pk
    PressRelease.objects.filter(pk=key).delete()
    following = PressReleaseFactory.build(code="ffffff")
    rows.insert([following])
    assert following.pk > key


def test_no_rows_are_no_rows():
    rows.insert([])
    assert not PressRelease.objects.exists()
