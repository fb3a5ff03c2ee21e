"""Desk rows for tests, and the shortest way through the door."""

import io
from collections.abc import Iterable
from datetime import timedelta

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from news import jobs, media, publishing
from news.models import Photo, PressRelease, Series, SeriesPart, Topic, Version
from news.publishing import Notes

NOTES = Notes(th="แก้ไขตำแหน่งผู้เข้าร่วมประชุม", en="Corrected the post of a participant.")


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("slug",)

    slug = "digital-government"
    name_th = "รัฐบาลดิจิทัล"
    name_en = "Digital government"


class PressReleaseFactory(DjangoModelFactory):
    class Meta:
        model = PressRelease
        skip_postgeneration_save = True

    topic = factory.SubFactory(TopicFactory)
    title_th = factory.Sequence(lambda n: f"สำนักงาน ก.พ. ประชุมพัฒนาทักษะดิจิทัล ครั้งที่ {n}")
    title_en = factory.Sequence(lambda n: f"OCSC meets on digital skills, session {n}")
    summary_th = "ที่ประชุมเห็นพ้องกับแนวทางการพัฒนาทักษะดิจิทัลของข้าราชการ"
    summary_en = "The meeting agreed on how to develop the digital skills of civil servants."
    body_th = "<p>เลขาธิการ ก.พ. เป็นประธานในการประชุมเรื่องน้ำใจผู้ใหญ่</p>"
    body_en = "<p>The Secretary-General chaired the meeting.</p>"

    class Params:
        thai_only = factory.Trait(title_en="", summary_en="", body_en="")
        english_only = factory.Trait(title_th="", summary_th="", body_th="", original_language="en")


def person(role: str = "", name: str = ""):
    """Somebody at the desk in the group `role`; in none where it is empty."""
    name = name or f"{role or 'nobody'}-{get_user_model().objects.count()}"
    user = get_user_model().objects.create_user(
        name, email=f"{name}@example.go.th", password="k7m4q-long-enough", is_staff=True
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def photo_file(name: str = "photo.jpg", size=(640, 480), colour="navy") -> SimpleUploadedFile:
    """An upload that is a real JPEG of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


def add_photo(release: PressRelease, *, colour="navy", size=(60, 40), **fields) -> Photo:
    """A photo of `release` with all its derivatives made."""
    fields.setdefault("alt_th", "ผู้เข้าร่วมประชุมนั่งรอบโต๊ะ")
    fields.setdefault("alt_en", "Participants round a table")
    photo = media.add_photo(release=release, file=photo_file(colour=colour, size=size), **fields)
    jobs.run_waiting()
    return photo


def published(**fields) -> Version:
    """The first version of a new release, live from now on."""
    return publishing.publish(release=PressReleaseFactory(**fields))


def published_many(texts: Iterable[dict]) -> list[Version]:
    """The first versions of new releases, live from now on, of which each has nothing but text: in
    a fraction of the time that they take one by one.
    """
    topic = TopicFactory()
    releases = [PressReleaseFactory.build(**{"topic": topic} | fields) for fields in texts]
    return publishing.publish_many(releases=releases)


def published_file(content: bytes) -> str:
    """The path of an attachment `a.pdf` that readers may have, its release being live."""
    release = PressReleaseFactory()
    attachment = media.add_attachment(release=release, file=SimpleUploadedFile("a.pdf", content))
    publishing.publish(release=release)
    return f"/media/{media.attachment_hash(attachment.sha256)}/a.pdf"


def scheduled(hours: float = 1, **fields) -> Version:
    """The first version of a new release, `hours` ahead."""
    at = timezone.now() + timedelta(hours=hours)
    return publishing.schedule(release=PressReleaseFactory(**fields), at=at)


def part_of_series(*releases: PressRelease, slug: str = "skills") -> Series:
    """A series that `releases` belong to."""
    series, _made = Series.objects.get_or_create(
        slug=slug, defaults={"name_th": "ชุดข่าวทักษะดิจิทัล", "name_en": "The skills series"}
    )
    for release in releases:
        SeriesPart.objects.create(series=series, release=release)
    return series
