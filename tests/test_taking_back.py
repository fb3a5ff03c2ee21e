"""An old version comes to the desk whole, and nothing of it reaches readers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from news import jobs, media, publishing, taking_back
from news.admin.status import differs
from news.freezing import digest, freeze
from news.models import Attachment, AuditEntry, Photo, PressRelease, Version
from news.publishing import PublishingRefused
from tests.factories import NOTES, PressReleaseFactory, add_photo, person, published

pytestmark = pytest.mark.django_db


def take_back(release: PressRelease, number: int, by) -> PressRelease:
    """Bring the version to the desk after a look at what stands there."""
    seen = digest(PressRelease.objects.get(pk=release.pk))
    return taking_back.take_back(release=release, number=number, by=by, seen=seen)


@pytest.fixture
def corrected():
    """Two versions that differ in everything, and the first one's photos gone from the desk."""
    release = PressReleaseFactory(event_date="2018-05-19", contact_th="กลุ่มสื่อสาร", slug="first")
    first, second = add_photo(release, colour="navy"), add_photo(release, colour="maroon")
    release.cover = second
    release.save()
    annex = SimpleUploadedFile("annex.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    media.add_attachment(release=release, file=annex, title_th="ภาคผนวก")
    version = publishing.publish(release=release)
    PressRelease.objects.filter(pk=release.pk).update(cover=None)
    Photo.objects.filter(pk__in=[first.pk, second.pk]).delete()
    Attachment.objects.all().delete()
    release.refresh_from_db()
    release.title_th, release.title_en, release.body_en = "ใหม่", "", ""
    release.summary_en, release.event_date = "", None
    release.save()
    add_photo(release, colour="teal")
    publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
    return version


def test_everything_comes_back_and_would_be_published_as_it_was(corrected):
    somsri = person("writer", "somsri")
    release = take_back(corrected.release, 1, somsri)
    jobs.run_waiting()
    assert not differs(freeze(release=release), corrected)
    assert release.photos.count() == 2
    assert not media.photos_without_derivatives(release)
    assert Version.objects.live(timezone.now()).get(release=release).number == 2
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_name, entry.version_number) == ("taken_back", "somsri", 1)
    assert release.revision == 1


def test_who_takes_it_back_has_a_share_in_the_text(corrected):
    publisher = person("publisher")
    release = take_back(corrected.release, 1, publisher)
    jobs.run_waiting()
    arguments = {"release": release, "kind": Version.Kind.MINOR}
    with pytest.raises(PublishingRefused) as refusal:
        publishing.publish(**arguments, by=publisher)
    assert refusal.value.code == "not_approved"


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_version_that_nobody_saw_is_not_there_to_be_taken(corrected, number):
    with pytest.raises(PublishingRefused) as refusal:
        take_back(corrected.release, number, person("writer"))
    assert refusal.value.code == "no_version"


def test_a_day_that_the_desk_had_left_open_is_open_again():
    version = published(thai_only=True)
    release = take_back(version.release, 1, person("writer"))
    assert release.dated is None


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_what_was_saved_since_one_looked_is_not_lost(corrected, seen):
    arguments = {"release": corrected.release, "number": 1, "by": person("writer")}
    with pytest.raises(PublishingRefused) as refusal:
        taking_back.take_back(**arguments, seen=seen)
    assert refusal.value.code == "changed"
    assert PressRelease.objects.get().title_th == "ใหม่"
