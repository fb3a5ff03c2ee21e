"""One matrix: every state of a release against every public surface.

A new surface is one more entry in `LISTS` or `PAGES`; a new state is one more builder in `STATES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from news import media, publishing
from news.models import Derivative, PressRelease, Version
from news.thai.dates import fiscal_year
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    part_of_series,
    published,
)

pytestmark = pytest.mark.django_db

OLD_TH, NEW_TH = "หัวข่าวฉบับแรก", "หัวข่าวที่แก้แล้ว"
OLD_EN, NEW_EN = "First headline", "Corrected headline"


@dataclass
class Case:
    """A release in one state, and the moment at which it is looked at."""

    release: PressRelease
    at: object
    target: PressRelease | None = None
    state: Callable[[], "Case"] | None = None
    media: Path | None = None


def _release(**fields) -> PressRelease:
    fields = {
        "title_th": OLD_TH,
        "title_en": OLD_EN,
        "slug": "digital-skills",
        "topic": TopicFactory(),
        **fields,
    }
    release = PressReleaseFactory(**fields)
    add_photo(release)
    part_of_series(release)
    return release


def draft():
    return Case(_release(), timezone.now())


def scheduled():
    release = _release()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at)
    return Case(release, at - timedelta(seconds=1))


def scheduled_and_reached():
    release = _release()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at)
    return Case(release, at)


def cancelled():
    release = _release()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at)
    publishing.cancel_schedule(release=release)
    return Case(release, at + timedelta(hours=1))


def live():
    release = _release()
    publishing.publish(release=release)
    return Case(release, timezone.now())


def superseded():
    case = live()
    case.release.title_th, case.release.title_en = NEW_TH, NEW_EN
    case.release.save()
    publishing.publish(release=case.release, kind=Version.Kind.CORRECTION, notes=NOTES)
    return Case(case.release, timezone.now())


def withdrawn():
    case = live()
    publishing.withdraw(release=case.release, reason=Version.Reason.ERROR, notes=NOTES)
    return Case(case.release, timezone.now())


def gone():
    case = live()
    publishing.remove(release=case.release, reason=Version.Reason.PRIVACY)
    return Case(case.release, timezone.now())


def merged():
    case = live()
    target = published(title_th="ข่าวปลายทาง", title_en="The target").release
    publishing.merge(release=case.release, into=target)
    return Case(case.release, timezone.now(), target)


def thai_only():
    release = _release(title_en="", summary_en="", body_en="")
    publishing.publish(release=release)
    return Case(release, timezone.now())


def english_only():
    release = _release(title_th="", summary_th="", body_th="", original_language="en")
    publishing.publish(release=release)
    return Case(release, timezone.now())


# state -> headlines that lists name (Thai, English), headlines that must appear nowhere,
#          status of its page in Thai and English, of /v/1/, of its files, of its short link
STATES = {
    draft: ((), (OLD_TH, OLD_EN), 404, 404, 404, 404, 404),
    scheduled: ((), (OLD_TH, OLD_EN), 404, 404, 404, 404, 404),
    scheduled_and_reached: ((OLD_TH, OLD_EN), (), 200, 200, 200, 200, 302),
    cancelled: ((), (OLD_TH, OLD_EN), 404, 404, 404, 404, 404),
    live: ((OLD_TH, OLD_EN), (), 200, 200, 200, 200, 302),
    superseded: ((NEW_TH, NEW_EN), (OLD_TH, OLD_EN), 200, 200, 200, 200, 302),
    withdrawn: ((), (OLD_TH, OLD_EN), 200, 200, 200, 200, 302),
    gone: ((), (OLD_TH, OLD_EN), 410, 410, 410, 404, 302),
    merged: ((), (OLD_TH, OLD_EN), 301, 301, 200, 200, 302),
    thai_only: ((OLD_TH, None), (), 200, 200, 200, 200, 302),
    english_only: ((None, OLD_EN), (), 200, 200, 200, 200, 302),
}

LISTS = {
    "home": lambda lang, at: f"/{lang}/",
    "topic": lambda lang, at: f"/{lang}/topics/digital-government/",
    "series": lambda lang, at: f"/{lang}/series/skills/",
    "archive day": lambda lang, at: timezone.localtime(at).strftime(f"/{lang}/archive/%Y/%m/%d/"),
    "archive month": lambda lang, at: timezone.localtime(at).strftime(f"/{lang}/archive/%Y/%m/"),
    "archive year": lambda lang, at: timezone.localtime(at).strftime(f"/{lang}/archive/%Y/"),
    "archive fiscal year": lambda lang, at: (
        f"/{lang}/archive/?fiscal={fiscal_year(at).to_common().number}"
    ),
}
SEARCH = {
    "search by topic": lambda lang, at: f"/{lang}/search/?topic=digital-government",
    "search by year": lambda lang, at: timezone.localtime(at).strftime(f"/{lang}/search/?year=%Y"),
}

API_LISTS = (
    "/api/v1/releases/",
    "/api/v1/releases/?lang=th",
    "/api/v1/releases/?lang=en",
    "/api/v1/releases/?topic=digital-government",
    "/api/v1/releases/?updated_since=2016-01-01",
    "/api/v1/corrections/",
    "/api/v1/topics/",
)

languages = pytest.mark.parametrize("lang", ["th", "en"])


@pytest.fixture(scope="class", params=STATES, ids=lambda state: state.__name__)
def _made(request, keeping) -> Iterator[Case]:
    """A release in each state, made once for all surfaces."""
    with keeping(request.param) as (case, case.media):
        case.state = request.param
        yield case


@pytest.fixture
def case(_made, db, settings) -> Case:
    """Each state in its turn, with the files that belong to it."""
    settings.MEDIA_ROOT = _made.media
    return _made


@pytest.fixture
def look(client):
    """Looks at an address at a moment."""

    def _look(path, at):
        with time_machine.travel(at, tick=False):
            response = client.get(path)
            if response.streaming:  # read to its end, which closes the file
                assert b"".join(response)
        return response

    return _look


def body_of(response) -> str:
    return response.content.decode()


class TestTheMatrix:
    @languages
    @pytest.mark.parametrize("surface", LISTS)
    def test_lists_name_what_is_listed_in_their_language_and_nothing_else(
        self, case, lang, surface, look
    ):
        named, never, *_ = STATES[case.state]
        response = look(LISTS[surface](lang, case.at), case.at)
        if response.status_code == 404:  # an archive page of days on which nothing was published
            assert surface.startswith("archive")
            assert not named or named[lang == "en"] is None
            return
        assert response.status_code == 200
        text = body_of(response)
        if named and named[lang == "en"]:
            assert named[lang == "en"] in text
        elif named:
            assert named[lang == "th"] not in text
        for headline in never:
            assert headline not in text

    @languages
    def test_search_finds_what_is_listed_and_labels_what_is_in_the_other_language(
        self, case, lang, look
    ):
        named, never, *_ = STATES[case.state]
        for question in ("หัวข่าว", "headline"):
            text = body_of(look(f"/{lang}/search/?q={question}", case.at))
            expected = [name for name in named if name and question in name.lower()]
            for headline in expected:
                assert f"news/{case.release.code}/" in text, headline
            if not expected:
                assert f"news/{case.release.code}/" not in text
            for headline in never:
                assert headline not in text
        for surface in SEARCH.values():
            text = body_of(look(surface(lang, case.at), case.at))
            assert (f"news/{case.release.code}/" in text) == bool(named)

    def test_a_page_answers_as_its_state_rules(self, case, look):
        _, _, thai, english, old, files, short = STATES[case.state]
        code = case.release.code

        for lang, expected in (("th", thai), ("en", english)):
            response = look(f"/{lang}/news/{code}/digital-skills/", case.at)
            assert response.status_code == expected
            if expected == 301:
                assert response["Location"].startswith(f"/{lang}/news/{case.target.code}/")
            if expected in {404, 410}:
                for headline in (OLD_TH, OLD_EN):
                    assert headline not in body_of(response)

        response = look(f"/th/news/{code}/v/1/", case.at)
        assert response.status_code == old
        assert "noindex" in body_of(response)

        memento = f"/th/news/{code}/memento"
        assert look(f"{memento}/timemap/", case.at).status_code == old
        assert look(f"{memento}/timegate/", case.at).status_code == (302 if old == 200 else old)

        for (hash_,) in Derivative.objects.values_list("hash"):
            response = look(f"/media/{hash_}/photo.jpg", case.at)
            assert response.status_code == files
            if files == 404:
                assert response["Cache-Control"] == "no-store"

        assert look(f"/s/{code}", case.at).status_code == short
        for ending in ("svg", "png"):
            expected = 404 if short == 404 else 200
            assert look(f"/s/{code}.{ending}", case.at).status_code == expected

    @languages
    def test_a_share_card_is_open_exactly_while_its_page_is(self, case, lang, look):
        expected = STATES[case.state][2 if lang == "th" else 3]
        response = look(f"/{lang}/news/{case.release.code}/card-{'0' * 64}.jpg", case.at)
        assert response.status_code == (302 if expected == 200 else expected)
        if expected == 200:
            assert look(response["Location"], case.at)["Content-Type"] == "image/jpeg"

    @languages
    def test_all_photographs_in_one_file_are_open_exactly_while_their_page_is(
        self, case, lang, look
    ):
        expected = STATES[case.state][2 if lang == "th" else 3]
        response = look(f"/{lang}/news/{case.release.code}/photos.zip", case.at)
        assert response.status_code == expected

    @languages
    def test_the_page_about_a_short_link_names_what_readers_may_see(self, case, lang, look):
        _, never, thai, _, _, _, short = STATES[case.state]
        expected = thai if short == 404 or thai == 410 else 200
        form = "info" if lang == "th" else "en/info"
        response = look(f"/s/{case.release.code}/{form}", case.at)
        assert response.status_code == expected
        hidden = (OLD_TH, OLD_EN) if expected != 200 else never
        for headline in () if case.state is withdrawn else hidden:
            assert headline not in body_of(response)

    @languages
    def test_an_error_can_be_reported_in_what_can_be_read_and_in_nothing_else(
        self, case, lang, look
    ):
        _, never, _, _, old, _, _ = STATES[case.state]
        response = look(f"/{lang}/report/{case.release.code}/1/", case.at)
        assert response.status_code == (200 if old == 200 else 404)
        if old != 200:
            for headline in never:
                assert headline not in body_of(response)

    @languages
    def test_the_log_of_corrections_names_no_headline_but_that_of_its_page(self, case, lang, look):
        # The page of a withdrawn release goes on showing its headline, under the notice.
        never = () if case.state is withdrawn else STATES[case.state][1]
        for path in (f"/{lang}/corrections/", f"/{lang}/corrections/atom.xml"):
            text = body_of(look(path, case.at))
            for headline in never:
                assert headline not in text
            told = case.state in {superseded, withdrawn, gone, merged}
            assert (case.release.code in text) == told

    @languages
    def test_other_releases_lead_to_what_is_listed_in_their_language_and_to_nothing_else(
        self, case, lang, look
    ):
        """By what is before and after, by the series and by the topic."""
        named, never, *_ = STATES[case.state]
        other = PressReleaseFactory(topic=TopicFactory(), dated=timezone.localdate(case.at))
        part_of_series(other)
        publishing.publish(release=other)
        text = body_of(look(f"/{lang}/news/{other.code}/", max(case.at, timezone.now())))
        is_named = bool(named and named[lang == "en"])
        assert (f"/news/{case.release.code}/" in text) == is_named
        for headline in never:
            assert headline not in text

    @pytest.mark.parametrize("address", API_LISTS)
    def test_the_lists_of_the_api_give_the_words_of_what_is_listed_alone(self, case, address, look):
        named, never, *_ = STATES[case.state]
        response = look(address, case.at)
        assert response.status_code == 200
        text = body_of(response)
        for headline in never:
            assert headline not in text
        lang = address.rpartition("lang=")[2] if "lang=" in address else ""
        headlines = [named[lang == "en"]] if named and lang else named
        if "/releases/" in address:
            for headline in filter(None, headlines):
                assert headline in text
        if named == () and "updated_since" not in address and "corrections" not in address:
            assert case.release.code not in text

    def test_the_api_answers_for_one_release_as_its_state_rules(self, case, look):
        _, _, page, _, old, _, _ = STATES[case.state]
        address = f"/api/v1/releases/{case.release.code}/"
        response = look(address, case.at)
        assert response.status_code == page
        if page == 301:
            assert response["Location"].endswith(f"/api/v1/releases/{case.target.code}/")
        assert look(f"{address}versions/", case.at).status_code == (404 if page == 404 else 200)
        assert look(f"{address}versions/1/", case.at).status_code == old
        photos = look(f"{address}photos/", case.at)
        assert photos.status_code == (410 if page == 301 else page)
        if page in {404, 410}:
            for part in ("", "versions/", "versions/1/", "photos/"):
                text = body_of(look(address + part, case.at))
                for headline in (OLD_TH, OLD_EN, "digital-skills"):
                    assert headline not in text


def test_the_api_says_nothing_of_what_is_scheduled(look):
    case = superseded()
    at = timezone.now() + timedelta(hours=2)
    publishing.schedule(release=case.release, at=at, kind="correction", notes=NOTES)
    before = at - timedelta(hours=1)
    address = f"/api/v1/releases/{case.release.code}/versions/"
    entries = look(address, before).json()["items"]
    assert [entry["version"] for entry in entries] == [1, 2]
    assert entries[-1]["visible_until"] is None
    assert look(f"{address}3/", before).status_code == 404
    assert look(f"{address}3/", at).status_code == 200


BETRAYERS = (
    "/{lang}/", "/{lang}/news/{code}/digital-skills/", "/{lang}/news/{code}/v/1/",
    "/{lang}/news/{code}/v/2/", "/{lang}/news/{code}/memento/timemap/", "/s/{code}/{lang}/info",
    "/s/{code}/v/2/{lang}/info", "/{lang}/feeds/atom.xml", "/{lang}/corrections/",
    "/{lang}/corrections/atom.xml", "/{lang}/archive/", "/{lang}/search/?topic=digital-government",
    "/{lang}/data/", "/data/manifest.json", "/sitemap-releases-0.xml", "/news-sitemap.xml",
    "/api/v1/releases/", "/api/v1/releases/{code}/", "/api/v1/releases/{code}/versions/",
    "/api/v1/releases/{code}/versions/2/", "/api/v1/releases/?updated_since=2016-01-01",
)  # fmt: skip
"""Whatever shows moments of a release."""


_TO_COME = datetime(2031, 3, 4, 5, 6, tzinfo=UTC)


def to_be_corrected():
    case = superseded()
    publishing.schedule(release=case.release, at=_TO_COME, kind="correction", notes=NOTES)
    return case


@pytest.mark.parametrize("_made", [to_be_corrected], indirect=True, ids=["to be corrected"])
class TestACorrectionThatIsGoingToCome:
    @languages
    @pytest.mark.parametrize("address", BETRAYERS)
    def test_no_page_tells_when(self, case, address, lang, look):
        response = look(address.format(code=case.release.code, lang=lang), timezone.now())
        assert response.status_code == 200
        for moment in (
            "2031-03-04",
            "Mar\u00a02031",
            "March\u00a02031",
            "มี.ค.\u00a02574",
            "มีนาคม\u00a02574",
        ):
            assert moment not in body_of(response)


def test_a_language_that_a_release_lacks_is_answered_honestly_both_ways(look):
    for state, lacking, having, headline in (
        (thai_only, "en", "th", OLD_TH),
        (english_only, "th", "en", OLD_EN),
    ):
        case = state()
        path = f"/{{}}/news/{case.release.code}/digital-skills/"
        text = body_of(look(path.format(lacking), case.at))
        assert '<meta name="robots" content="noindex' in text
        assert f'rel="canonical" href="http://testserver{path.format(having)}"' in text
        assert "hreflang" not in text.split("</head>")[0]
        assert f'lang="{having}"' in text
        assert headline in text
        assert path.format(having) in text
        assert "noindex" not in body_of(look(path.format(having), case.at)).split("</head>")[0]


def test_a_withdrawn_page_says_so_above_its_text_and_asks_not_to_be_indexed(look):
    case = withdrawn()
    text = body_of(look(f"/th/news/{case.release.code}/digital-skills/", case.at))
    assert NOTES.th in text
    assert OLD_TH in text
    assert "noindex" in text.split("</head>")[0]


def test_files_of_a_superseded_version_stay_open_with_it(look):
    case = superseded()
    photo = case.release.photos.get()
    hash_, _recipe = next(media.master_of(photo).recipes())
    assert look(f"/media/{hash_}/photo.jpg", case.at).status_code == 200
    assert OLD_TH in body_of(look(f"/th/news/{case.release.code}/v/1/", case.at))


def test_the_scheduled_minute_opens_everything_at_once(look):
    case = scheduled_and_reached()
    code = case.release.code
    for path in (f"/th/news/{code}/digital-skills/", f"/en/news/{code}/digital-skills/"):
        assert look(path, case.at - timedelta(microseconds=1)).status_code == 404
        assert look(path, case.at).status_code == 200
    assert OLD_TH not in body_of(look("/th/", case.at - timedelta(microseconds=1)))
    assert OLD_TH in body_of(look("/th/", case.at))
