"""Rows spelled as bytes: what the ORM and `canonical_json` make of them, byte for byte."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from news import erasing, media, publishing, record_guards
from news.exporting import package, spelling
from news.exporting.spelling import Day, Moment
from news.models import ChainHead, Job, SourceDocument, Version
from news.models.version import canonical_json
from news.thai.dates import BANGKOK
from tests.factories import NOTES, PressReleaseFactory, add_photo, person, published

ODD = 'ก"ข\\ค\t\n\r\x1f\x7f\x85\u2028\ufeff😀 &amp; </p>'


def canonical_line(version: Version, at) -> bytes:
    """As the package's README describes it."""
    until = version.visible_until
    row = {
        "checksum": version.checksum,
        "content": version.content(),
        "erased": version.erased,
        "recorded_at": spelling.moment(version.recorded_at),
        "visible_until": spelling.moment(until) if until and until <= at else None,
    }
    return f"{canonical_json(row)}\n".encode()


@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_text_is_spelled_as_canonical_json_spells_it(words):
    assert spelling.text(words.encode()) == canonical_json(words).encode()


@given(content=st.binary(max_size=60) | st.text(max_size=40).map(lambda words: words.encode()))
def test_so_is_a_source_in_whatever_encoding(content):
    try:
        encoding, words = "utf-8", content.decode()
    except UnicodeDecodeError:
        encoding, words = "latin-1", content.decode("latin-1")
    row = {"code": "k7m4q2", "content": words, "encoding": encoding, "form": "html", "sha256": "0"}
    line = spelling.source(code="k7m4q2", form="html", sha256="0", content=content)
    assert line == f"{canonical_json(row)}\n".encode()


MOMENTS = (
    datetime(2018, 5, 19, 7, tzinfo=UTC),
    datetime(2018, 5, 19, 7, 0, 0, 5, tzinfo=UTC),
    datetime(2018, 5, 19, 7, 0, 0, 120_000, tzinfo=UTC),
    datetime(1957, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2020, 2, 29, 6, 30, tzinfo=BANGKOK),
)


@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_database_spells_a_moment_as_we_do(moment):
    Job.objects.create(kind="none", key="k", run_after=moment)
    (spelled,) = Job.objects.filter(kind="none").values_list(Moment("run_after"), flat=True)
    assert spelled == spelling.moment(moment)


@pytest.mark.django_db
def test_and_a_day():
    day = date(1957, 1, 2)
    ChainHead.objects.create(day=day, until=MOMENTS[0], count=0, head="0", computed_at=MOMENTS[0])
    assert list(ChainHead.objects.values_list(Day("day"), flat=True)) == ["1957-01-02"]


@pytest.mark.django_db
class TestVersions:
    @pytest.fixture
    def versions(self):
        """One of each kind, in one language or both, with odd letters in every text."""
        texts = {
            f"{name}_{lang}": f"{name} {ODD}"
            for name in ("title", "summary")
            for lang in ("th", "en")
        }
        release = PressReleaseFactory(
            slug="odd",
            **texts,
            event_date=date(2018, 5, 19),
            dated=date(2018, 5, 20),
            dated_precision="doubt",
            dated_other=date(2017, 5, 20),
            dated_source=ODD.strip(),
            contact_email="press@example.go.th",
        )
        add_photo(release, caption_th='ภาพ "การประชุม"')
        file = SimpleUploadedFile("a.csv", "ก,ข\n".encode())
        media.add_attachment(release=release, file=file, title_th='ตาราง "ก" \\')
        publishing.publish(release=release)
        release.title_th = "เรื่องใหม่"
        release.save()
        publishing.publish(release=release, kind="correction", notes=NOTES)
        publishing.withdraw(release=published(thai_only=True).release, reason="error", notes=NOTES)
        publishing.remove(release=published(english_only=True).release, reason="privacy")
        publishing.merge(release=published().release, into=release)
        return Version.objects.shown(timezone.now()).order_by("pk")

    def test_each_is_spelled_as_the_orm_spells_it(self, versions):
        at = timezone.now()
        spelled = list(spelling.spelled(versions))
        assert [package._line(each, at) for each, _ in spelled] == [
            canonical_line(version, at) for version in versions.select_related("merged_into")
        ]
        assert all(is_as_sealed for _, is_as_sealed in spelled)
        assert {version.kind for version in versions} > {"first", "withdrawn", "gone", "merged"}

    def test_what_was_erased_is_spelled_as_it_was_left_and_no_longer_as_sealed(self, versions):
        release = versions.first().release
        asked = erasing.request(release=release, reason="privacy", by=person(name="ann"))
        erasing.approve(erasure=asked, by=person(name="bo"))
        at = timezone.now()
        versions = Version.objects.shown(at).order_by("pk")
        spelled = list(spelling.spelled(versions))
        assert [package._line(each, at) for each, _ in spelled] == [
            canonical_line(version, at) for version in versions.select_related("merged_into")
        ]
        erased = {each.pk for each, _ in spelled if each.erased}
        assert erased == {each.pk for each, is_as_sealed in spelled if not is_as_sealed}
        assert erased == set(
            versions.filter(release=release).exclude(kind="gone").values_list("pk", flat=True)
        )
        assert not any(b"odd" in each.content for each, _ in spelled if each.pk in erased)

    def test_one_query_is_enough_for_all(self, versions, django_assert_num_queries):
        """No row is read a second time, as it would be if its bytes didn't have the checksum."""
        with django_assert_num_queries(1):
            list(spelling.spelled(versions))

    @pytest.mark.django_db(transaction=True)
    def test_what_was_frozen_in_another_spelling_is_read_in_full(self, versions):
        record_guards.remove(connection)
        versions.filter(number=1).update(contact='{ "email": "" }', checksum="0" * 64)
        for version in versions.filter(number=1):
            checksum = version.compute_checksum()
            Version.objects.filter(pk=version.pk).update(checksum=checksum)
        record_guards.install(connection)
        for each, is_as_sealed in spelling.spelled(versions):
            assert is_as_sealed
            assert b'{"email":""}' in each.content or each.number > 1

    @pytest.mark.django_db(transaction=True)
    def test_what_drifted_is_said_to_have(self, versions):
        record_guards.remove(connection)
        drifted = versions.first()
        Version.objects.filter(pk=drifted.pk).update(title_th="อื่น")
        record_guards.install(connection)
        unlike = [each.pk for each, is_as_sealed in spelling.spelled(versions) if not is_as_sealed]
        assert unlike == [drifted.pk]


@pytest.mark.django_db
def test_sources_come_in_the_order_of_codes_with_the_bytes_they_had():
    contents = ["<p>ต้นฉบับ</p>".encode("cp874"), f'{{"title":"{ODD}"}}'.encode(), b""]
    codes, expected = {}, []
    for content in contents:
        release = published().release
        SourceDocument.of(content, form="html", release=release).save()
        codes[release.code] = release.pk
        expected.append((release.code, content))
    found = [json.loads(line) for line in package._sources(codes)]
    assert [(row["code"], row["content"].encode(row["encoding"])) for row in found] == sorted(
        expected
    )
