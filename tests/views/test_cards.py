"""`/th/news/<code>/card-<hash>.jpg`: drawn once, kept, and served as long as a version has it."""

import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from PIL import Image

from news import jobs, media, publishing
from news.images import lettering
from news.models import Card, Job, Version
from news.sharing import cards
from news.sharing.cards import card_of, file_of
from tests.factories import NOTES, PressReleaseFactory, add_photo, published, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """The headlines of the cards that were really drawn."""
    headlines = []
    draw = cards.cards.draw_card

    def noted(**content):
        headlines.append(content["headline"])
        return draw(**content)

    monkeypatch.setattr(cards.cards, "draw_card", noted)
    return headlines


def picture(response) -> Image.Image:
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.getvalue()))


def test_a_publication_has_a_card_drawn_in_each_language_by_the_worker(client, drawn):
    version = published(title_th="หัวข่าว", title_en="Headline")
    assert drawn == []
    jobs.run_waiting()
    assert sorted(drawn) == ["Headline", "หัวข่าว"]

    for lang in ("th", "en"):
        assert picture(client.get(card_of(version, lang).path)).size == (1200, 630)
    assert len(drawn) == 2


def test_a_card_that_the_worker_has_not_drawn_yet_is_drawn_on_request_once(client, drawn):
    version = published()
    path = card_of(version, "th").path
    first, second = (client.get(path).getvalue() for _ in range(2))
    assert first == second
    assert len(first) <= 300_000
    assert len(drawn) == 1
    jobs.run_waiting()  # the worker comes second and finds the Thai one there
    assert len(drawn) == 2
    assert Card.objects.count() == 2


def test_a_scheduled_release_has_its_card_drawn_before_its_moment_and_shown_at_it(client, drawn):
    version = scheduled()
    jobs.run_waiting()
    assert len(drawn) == 2
    path = card_of(version, "th").path
    with time_machine.travel(version.visible_from - timedelta(microseconds=1), tick=False):
        assert client.get(path).status_code == 404
    with time_machine.travel(version.visible_from, tick=False):
        assert picture(client.get(path)).size == (1200, 630)
    assert len(drawn) == 2


def test_an_old_address_keeps_its_picture_and_an_unknown_one_leads_to_the_current(client):
    version = published(title_th="หัวข่าวเดิม")
    before = card_of(version, "th").path
    old = client.get(before).getvalue()
    version.release.title_th = "หัวข่าวใหม่ที่ยาวกว่าเดิม"
    version.release.save()
    newer = publishing.publish(release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES)
    now = card_of(newer, "th").path

    assert now != before
    assert client.get(before).getvalue() == old
    assert client.get(now).getvalue() != old
    for unknown in ("0" * 64, "abc"):
        response = client.get(f"/th/news/{version.code}/card-{unknown}.jpg")
        assert (response.status_code, response["Location"]) == (302, now)


def test_a_card_in_a_language_that_the_release_lacks_leads_to_the_one_it_has(client):
    version = published(thai_only=True)
    response = client.get(f"/en/news/{version.code}/card-{'0' * 64}.jpg")
    assert (response.status_code, response["Location"]) == (302, card_of(version, "th").path)


def test_no_card_is_at_the_address_of_another_release(client):
    one, other = published(title_th="ข่าวหนึ่ง"), published(title_th="ข่าวสอง")
    hash_ = card_of(one, "th").hash
    response = client.get(f"/th/news/{other.code}/card-{hash_}.jpg")
    assert response["Location"] == card_of(other, "th").path


def test_a_merged_release_leads_to_the_card_of_the_other(client):
    one, other = published(), published()
    publishing.merge(release=one.release, into=other.release)
    response = client.get(card_of(one, "en").path)
    assert (response.status_code, response["Location"]) == (301, card_of(other, "en").path)


def test_the_card_shows_the_cover_round_its_focal_point(client):
    release = PressReleaseFactory()
    add_photo(release, colour="red", size=(1200, 800))
    version = publishing.publish(release=release)
    card = picture(client.get(card_of(version, "th").path)).convert("RGB")
    red, green, blue = card.getpixel((600, 100))
    assert red > 200
    assert max(green, blue) < 60
    before = card_of(version, "th").hash
    photo = release.photos.get()
    photo.focal_y = 10
    photo.save()
    media.queue_derivatives(photo)
    jobs.run_waiting()
    moved = publishing.publish(release=release, kind=Version.Kind.MINOR)
    assert card_of(moved, "th").hash != before


@pytest.mark.parametrize(
    ("precision", "shown"), [("day", "19"), ("month", ""), ("doubt", None), ("unknown", None)]
)
def test_a_day_is_on_the_card_only_as_far_as_it_is_known(precision, shown):
    version = published()
    version.dated = version.dated.replace(day=19)
    version.dated_precision = precision
    text = card_of(version, "th").date_text
    if shown is None:
        assert text == ""
    else:
        assert text.startswith(shown or text)
        assert str(version.dated.year + 543) in text


def test_a_sample_says_so_on_its_card_in_the_cards_language():
    version = published(origin="sample")
    assert card_of(version, "th").label == "ตัวอย่าง"
    assert card_of(version, "en").label == "Sample"
    assert card_of(published(), "th").label == ""


def test_answers_may_be_kept_by_their_hash_and_are_asked_for_again_soon(client):
    version = published()
    path = card_of(version, "th").path
    response = client.get(path)
    b"".join(response)
    assert response["Cache-Control"] == ("public, max-age=86400, s-maxage=7, stale-if-error=86400")
    again = client.get(path, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_where_thai_cannot_be_shaped_the_cover_stands_in(client, monkeypatch):
    release = PressReleaseFactory()
    add_photo(release, size=(1600, 1000))
    version = publishing.publish(release=release)
    monkeypatch.setattr(lettering.features, "check", lambda name: False)
    lettering.font.cache_clear()

    html = client.get(f"/th/news/{version.code}/").content.decode()
    assert '<meta property="og:image" content="http://testserver/media/' in html
    response = client.get(card_of(version, "th").path)
    assert response.status_code == 302
    with Image.open(io.BytesIO(client.get(response["Location"]).getvalue())) as cover:
        assert cover.format == "JPEG"
    # The worker doesn't fail over and over either.
    jobs.run_waiting()
    assert not Job.objects.exclude(error="").exists()
    bare = published()
    assert 'property="og:image"' not in client.get(f"/th/news/{bare.code}/").content.decode()
    assert client.get(card_of(bare, "th").path).status_code == 404


def test_a_database_that_only_reads_still_serves_cards(client, monkeypatch):
    version = published()

    def refuse(*args, **kwargs):
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(Card.objects, "get_or_create", refuse)
    assert picture(client.get(card_of(version, "th").path)).size == (1200, 630)


def test_a_file_that_was_lost_is_drawn_again(client, drawn):
    version = published()
    path = card_of(version, "th").path
    first = client.get(path).getvalue()
    default_storage.delete(Card.objects.get().path)
    assert client.get(path).getvalue() == first
    assert len(drawn) == 2


@pytest.mark.django_db(transaction=True)
def test_five_who_want_the_same_card_at_once_have_it_drawn_once(drawn):
    card = card_of(published(), "th")
    ready = threading.Barrier(5)

    def ask():
        ready.wait()
        try:
            file_of(card)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 1
    assert Card.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_drawn_in_a_transaction(monkeypatch):
    inside = []
    draw = cards.cards.draw_card

    def noted(**content):
        inside.append(connection.in_atomic_block)
        return draw(**content)

    monkeypatch.setattr(cards.cards, "draw_card", noted)
    publishing.publish(release=PressReleaseFactory())
    assert inside == []
    assert Job.objects.filter(kind=cards.CARD, done_at=None).count() == 2
    jobs.run_waiting()
    assert inside == [False, False]
