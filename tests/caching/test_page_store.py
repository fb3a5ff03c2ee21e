"""Finished answers in memory: the right one at every moment, and the same for everybody."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from news import erasing, jobs, media, publishing
from news.caching import EpochReader, EpochUnreadable, epoch, read_moment, reader
from news.caching.page_store import PageStore
from news.caching.stencils import Stencils, stencils
from news.exporting import open_data
from news.models import Derivative, Epoch, Job, PressRelease, Version
from tests.caching.conftest import Site
from tests.factories import NOTES, PressReleaseFactory, add_photo, published, scheduled

pytestmark = pytest.mark.django_db

ASK_TWICE = """
from ocsc_site.wsgi import application
from django.core.management import call_command
from django.test import RequestFactory
call_command("migrate", verbosity=0)
for _ in range(2):
    environ = RequestFactory().get("/th/").environ
    b"".join(application(environ, lambda *_: None))
print(*(f"{name}={count}" for name, count in sorted(application.counts.items())))
"""


def path_of(version, lang="th"):
    return f"/{lang}/news/{version.code}/" + (f"{version.slug}/" if version.slug else "")


def test_a_page_is_made_once(site, django_assert_num_queries):
    path = path_of(published(slug="a-release"))
    first = site.get(path)
    with django_assert_num_queries(1):  # the epoch
        second = site.get(path)
    assert len(site.asked) == 1
    assert second.status == first.status == 200
    assert second.body == first.body
    assert second.headers == first.headers
    assert site.store.counts == {"miss": 1, "hit": 1}


@pytest.mark.parametrize(
    "condition",
    [{"if_match": '"x"'}, {"if_unmodified_since": "Mon, 01 Jan 2018 00:00:00 GMT"}],
    ids=lambda condition: next(iter(condition)),
)
def test_what_is_refused_to_one_reader_takes_the_page_from_nobody(site, condition):
    """412 is about what that reader has: the next one gets the page, and it is kept."""
    path = path_of(published(slug="a-release"))
    assert site.get(path).status == 200
    published()  # a new epoch
    assert site.get(path, **condition).status == 412
    for _ in range(3):
        assert site.get(path).status == 200
    assert site.store.counts["passed"] == 0
    assert site.store.counts["hit"] == 2


class TestWhatIsNotThereYet:
    """Photos are made after an archive came in, and a disk comes back, without a new epoch."""

    @pytest.fixture
    def version(self):
        release = PressReleaseFactory()
        add_photo(release)
        return publishing.publish(release=release)

    def then_made(self):
        Job.objects.filter(kind=media.DERIVATIVES).update(done_at=None, attempts=0)
        jobs.run_waiting()

    def test_an_archive_is_there_as_soon_as_its_photos_are(self, site, version):
        Derivative.objects.all().delete()
        path = f"/th/news/{version.code}/photos.zip"
        before = site.get(path)
        assert (before.status, before.headers["Cache-Control"]) == (404, "no-store")
        self.then_made()
        assert site.get(path).status == 200

    def test_and_as_soon_as_their_files_are_readable_again(self, site, version, monkeypatch):
        path = f"/th/news/{version.code}/photos.zip"
        with monkeypatch.context() as away:
            away.setattr("news.views.photo_archives.stored_size", lambda path: None)
            assert site.get(path).status == 404
        assert site.get(path).status == 200

    def test_the_api_has_size_and_digest_of_a_photo_as_soon_as_it_is_made(self, site, version):
        Derivative.objects.all().delete()
        path = f"/api/v1/releases/{version.code}/photos/"

        def file():
            return json.loads(site.get(path).text)["items"][0]["files"][0]

        assert file()["sha256"] is None
        assert site.get(path).headers["Cache-Control"] == "no-store"
        self.then_made()
        assert file()["sha256"]
        assert site.get(path).headers["Cache-Control"].startswith("public")


class TestCompressing:
    """It costs as much as making a page from its stencil, or more."""

    @pytest.fixture
    def compressed(self, monkeypatch):
        """Every body that was compressed."""
        bodies = []
        compress = brotli.compress
        monkeypatch.setattr(
            brotli, "compress", lambda body, **how: bodies.append(body) or compress(body, **how)
        )
        return bodies

    def test_a_page_that_is_made_anew_to_the_same_bytes_is_not_compressed_again(
        self, site, compressed
    ):
        path = path_of(published(slug="a-release"), "en")
        before = site.get(path, accept_encoding="br")
        Epoch.objects.raise_site_revision()  # for something that this page doesn't show
        reader.forget()
        after = site.get(path, accept_encoding="br")
        assert len(site.asked) == 2
        assert len(compressed) == 1
        assert after.headers["ETag"] != before.headers["ETag"]
        assert after.body == before.body
        for encoding, opened in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            answer = site.get(path, accept_encoding=encoding)
            assert answer.headers["Content-Encoding"] == encoding
            assert opened(answer.body) == site.get(path).body

    def test_one_that_it_changed_is(self, site, compressed):
        path = path_of(published(slug="a-release"))
        site.get(path)
        newer = published(title_th="ข่าวใหม่กว่า")
        after = site.get(path, accept_encoding="br")
        assert newer.title_th in brotli.decompress(after.body).decode()
        assert len(compressed) == 2


class TestTheRightPageAtEveryMoment:
    def test_a_change_shows_at_once_in_both_languages(self, site):
        version = published(slug="a-release", title_th="หัวข้อเดิม", title_en="Old headline")
        pages = [path_of(version, "th"), path_of(version, "en"), "/th/", "/en/"]
        for path in pages:
            assert "หัวข้อเดิม" in site.get(path).text or "Old headline" in site.get(path).text
        release = PressRelease.objects.get(pk=version.release_id)
        release.title_th, release.title_en = "หัวข้อใหม่", "New headline"
        release.save()
        for path in pages:  # saved at the desk and not yet published
            assert site.get(path).text.count("ใหม่") + site.get(path).text.count("New h") == 0
        publishing.publish(release=release, kind="correction", notes=NOTES)
        for path in pages:
            text = site.get(path).text
            assert "หัวข้อเดิม" not in text
            assert "Old headline" not in text

    def test_a_publication_between_epoch_and_render_is_never_hidden_by_what_was_kept(self, site):
        """The epoch is read, a release is published, the page is rendered: the new text is then
        kept under the old epoch, and nobody is given the old text under the new one.
        """
        version = published(slug="a-release", title_th="หัวข้อเดิม")
        release = PressRelease.objects.get(pk=version.release_id)
        release.title_th = "หัวข้อใหม่"
        release.save()
        ask = site.application

        def published_just_before(environ, start_response):
            publishing.publish(release=release, kind="correction", notes=NOTES)
            return ask(environ, start_response)

        site.application = published_just_before
        assert "หัวข้อใหม่" in site.get(path_of(version)).text
        site.application = ask
        assert "หัวข้อใหม่" in site.get(path_of(version)).text

    def test_a_publication_after_the_render_is_not_hidden_either(self, site):
        """The page is rendered, a release is published, and only then is the page kept."""
        version = published(slug="a-release", title_th="หัวข้อเดิม")
        release = PressRelease.objects.get(pk=version.release_id)
        release.title_th = "หัวข้อใหม่"
        release.save()
        ask = site.application

        def published_just_after(environ, start_response):
            response = ask(environ, start_response)
            publishing.publish(release=release, kind="correction", notes=NOTES)
            return response

        site.application = published_just_after
        assert "หัวข้อเดิม" in site.get(path_of(version)).text
        site.application = ask
        assert "หัวข้อใหม่" in site.get(path_of(version)).text

    def test_what_is_scheduled_appears_at_its_minute_and_no_earlier(self, site):
        version = scheduled(hours=1, slug="a-release")
        with time_machine.travel(version.visible_from - timedelta(milliseconds=1), tick=False):
            assert site.get(path_of(version)).status == 404
            assert version.title_th not in site.get("/th/").text
        with time_machine.travel(version.visible_from, tick=False):
            assert site.get(path_of(version)).status == 200
            assert version.title_th in site.get("/th/").text

    @pytest.mark.parametrize(("before", "status"), [(True, 404), (False, 200)])
    def test_a_request_across_the_boundary_is_right_for_those_after_it(self, site, before, status):
        """Asked just before the minute, rendered before it or after, and kept after it."""
        version = scheduled(hours=1, slug="a-release")
        ask = site.application
        with time_machine.travel(version.visible_from, tick=False) as clock:
            clock.shift(timedelta(milliseconds=-1))

            def slowly(environ, start_response):
                response = ask(environ, start_response) if before else None
                clock.shift(timedelta(milliseconds=2))
                return response or ask(environ, start_response)

            site.application = slowly
            across = site.get(path_of(version))
            assert across.status == status
            assert "s-maxage=0, stale-while-revalidate=0" in across.headers["Cache-Control"]
            site.application = ask
            assert site.get(path_of(version)).status == 200
            assert "s-maxage=5" in site.get(path_of(version)).headers["Cache-Control"]

    def test_a_page_left_alone_for_an_hour_then_withdrawn_is_right_on_its_first_hit(self, site):
        version = published(slug="a-release")
        site.get(path_of(version))
        site.get("/th/")
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
            publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
            assert version.title_th not in site.get("/th/").text
            assert "noindex" in site.get(path_of(version)).text

    def test_a_replica_that_lags_keeps_its_old_pages_under_its_old_epoch(self, site, monkeypatch):
        """Epoch and content come over one connection: while a replica is behind, it is behind in
        both, so what it renders can't be kept as new.
        """
        old = published(slug="old", title_th="ข่าวเก่า")
        behind = read_moment(timezone.now())
        listing = site.get("/th/").text
        assert old.title_th in listing

        new = published(slug="new", title_th="ข่าวใหม่")
        ask = site.application

        def on_the_replica(environ, start_response):
            response = ask(environ, start_response)
            response.content = listing.encode()
            return response

        site.application = on_the_replica
        with monkeypatch.context() as replica:
            replica.setattr(epoch, "read_moment", lambda at, alias: behind)
            assert new.title_th not in site.get("/th/?page=1").text
        site.application = ask
        assert new.title_th in site.get("/th/").text
        assert new.title_th in site.get("/th/?page=1").text

    def test_no_answer_promises_anything_past_the_boundary(self, site):
        version = published(slug="a-release")
        later = scheduled(hours=1)
        wrong = path_of(version).replace("a-release", "another")
        for seconds in (600, 299.5, 8.5, 7.2, 3.9, 0.4):
            with time_machine.travel(later.visible_from - timedelta(seconds=seconds), tick=False):
                for path in (path_of(version), wrong, "/th/news/zzzzzz/"):
                    given = site.get(path).headers["Cache-Control"]
                    found = dict(part.strip().partition("=")[::2] for part in given.split(","))
                    kept = int(found.get("s-maxage", found["max-age"]))
                    kept += int(found.get("stale-while-revalidate", 0))
                    assert kept <= seconds, (path, given)
        assert len(site.asked) == 3

    def test_a_change_of_the_frame_is_a_change_of_every_page(self, site):
        path = path_of(published(slug="a-release"))
        site.get(path)
        Epoch.objects.raise_site_revision()
        site.get(path)
        assert len(site.asked) == 2


class TestTheSameForEverybody:
    def test_parameters_that_mean_nothing_split_nothing_and_reach_no_page(self, site):
        path = path_of(published(slug="a-release"))
        plain = site.get(path)
        for query in ("fbclid=abc", "utm_source=x&utm_medium=y", "page=2&q=a", "a" * 500):
            assert site.get(f"{path}?{query}").body == plain.body
        assert site.get("/th/search/?utm_source=mail&q=x").body == site.get("/th/search/?q=x").body
        assert [environ["QUERY_STRING"] for environ in site.asked] == ["", "q=x"]

    def test_the_same_question_in_another_spelling_is_the_same_page(self, site):
        first = site.get("/th/search/?q=%E0%B8%81&page=1")
        assert site.get("/th/search/?page=1&q=%e0%b8%81").body == first.body
        assert site.get("/th/search/?q=%E0%B8%81&page=1&q=x").body == first.body
        assert len(site.asked) == 1

    def test_questions_that_differ_get_different_answers(self, site):
        bodies = {site.get(f"/th/search/?q={word}").body for word in ("one", "two", "")}
        assert len(bodies) == 3

    def test_a_cookie_changes_nothing_and_reaches_no_page(self, site):
        user = get_user_model().objects.create_superuser("editor")
        client = Client()
        client.force_login(user)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        path = path_of(published(slug="a-release"))
        answer = site.get(path, cookie=cookie, authorization="Basic eDp5")
        assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION"} & site.asked[0].keys()
        assert site.get(path).body == answer.body
        assert "Set-Cookie" not in answer.headers
        assert len(site.asked) == 1

    def test_nor_does_what_a_request_says_of_a_body(self, site):
        path = "/th/search/?q=%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7"
        answer = site.get(path, content_type="text/plain; charset=latin-1", content_length="3")
        assert 'value="ข่าว"' in answer.text
        assert not {"CONTENT_TYPE", "CONTENT_LENGTH"} & site.asked[0].keys()
        assert site.get(path).body == answer.body
        assert len(site.asked) == 1

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/login/",
            "/s/{code}",
            "/preview/x/",
            "/",
            "/healthz",
            "/media/" + "0" * 64 + "/a.jpg",
        ],
    )
    def test_what_is_private_or_counted_is_never_kept(self, site, path):
        asked = path.format(code=published().code)
        for _ in range(2):
            site.get(asked)
        assert len(site.asked) == 2
        assert site.store.bytes_kept == 0

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_other_methods_are_passed_on(self, site, method):
        path = path_of(published(slug="a-release"))
        kept = site.get(path)
        assert site.get(path, method=method).body != kept.body
        assert site.get(path).body == kept.body

    def test_another_host_is_refused_and_not_given_what_was_kept(self, site):
        path = path_of(published(slug="a-release"))
        site.get(path)
        for host in ("evil.example", "testserver@evil.example", ""):
            assert site.get(path, host=host).status == 400
        assert site.get(path).status == 200

    def test_a_port_splits_nothing_and_reaches_no_page(self, site):
        """Django allows any: each page could be kept 65,535 times, in the place of others."""
        for host in ("testserver", "testserver:1", "TESTSERVER:8080", "[::1]", "[::1]:9"):
            assert site.get("/th/", host=host).status == 200
        assert [asked["HTTP_HOST"] for asked in site.asked] == ["testserver", "[::1]"]

    @pytest.mark.parametrize(
        "host", ["testserver:80:1", "testserver:a", "testserver:1@evil", "testserver: 1", ":1", ":"]
    )
    def test_what_is_no_host_is_refused_where_a_page_is_kept(self, site, host):
        assert site.get("/th/").status == 200
        assert site.get("/th/", host=host).status == 400

    def test_http_and_https_are_different_addresses(self, site, settings):
        path = path_of(published(slug="a-release"))
        site.store._proxy_header, site.store._proxy_says = "HTTP_X_FORWARDED_PROTO", "https"
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        site.application.load_middleware()
        for _made_then_kept in range(2):
            redirect = site.get(path, x_forwarded_proto="http")
            assert redirect.status == 301
            assert redirect.headers["Location"] == f"https://testserver{path}"
            assert site.get(path, x_forwarded_proto="https").status == 200
        assert len(site.asked) == 2

    def test_redirects_push_out_no_page(self, site, settings):
        """To https, or to the address with the right words: of both there are any number."""
        version = published(slug="a-release")
        path = f"/th/news/{version.code}/made-up/"
        assert site.get(path).headers["Location"].endswith(path_of(version))
        settings.SECURE_SSL_REDIRECT = True
        site.application.load_middleware()
        assert site.get("/th/made-up/").headers["Location"] == "https://testserver/th/made-up/"
        assert (len(site.store._shelves._others), len(site.store._shelves._pages)) == (2, 0)

    @pytest.mark.parametrize("port", ["", ":8443"])
    def test_the_way_to_https_is_one_from_any_port_kept_or_not(self, site, settings, port):
        """The port that was said is that of http: to https leads that of the site's address."""
        settings.SECURE_SSL_REDIRECT = True
        settings.BASE_URL = f"https://testserver{port}"
        site.application.load_middleware()
        for host in ("testserver", "testserver:8000", "[::1]", "[::1]:8000"):
            name = host.removesuffix(":8000")
            for path in ("/th/", "/", "/s/abcdef", "/admin/?q=1", "/api/v1/releases/?odd=1"):
                answer = site.get(path, host=host)
                assert answer.status == 301
                assert answer.headers["Location"] == f"https://{name}{port}{path}"
                assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert site.get("/healthz", host=host).status == 200

    def test_an_answer_that_may_not_be_kept_is_not(self, site):
        version = published()
        publishing.remove(release=version.release, reason=Version.Reason.LEGAL)
        for _ in range(2):
            assert site.get(path_of(version)).status == 410
            assert site.get("/th/topics/digital-government/?before=abc").status == 400
        assert len(site.asked) == 4


class TestForms:
    def test_each_reader_gets_the_smallest_form_that_they_understand(self, site):
        path = path_of(published(slug="a-release"))
        plain = site.get(path)
        assert "Content-Encoding" not in plain.headers
        for accepted, encoding, decode in (
            ("gzip, deflate, br, zstd", "br", brotli.decompress),
            ("br;q=0.5", "br", brotli.decompress),
            ("gzip, br;q=0", "gzip", gzip.decompress),
            ("gzip", "gzip", gzip.decompress),
            ("br;q=0.0, gzip;q=0", None, bytes),
            ("identity", None, bytes),
        ):
            answer = site.get(path, accept_encoding=accepted)
            assert answer.headers.get("Content-Encoding") == encoding, accepted
            assert decode(answer.body) == plain.body
            assert int(answer.headers["Content-Length"]) == len(answer.body)
            assert answer.headers["Vary"] == "Accept-Encoding"
        assert len(site.asked) == 1

    def test_who_has_the_page_is_told_so(self, site):
        path = path_of(published(slug="a-release"))
        etag = site.get(path).headers["ETag"]
        for known in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
            answer = site.get(path, if_none_match=known, accept_encoding="gzip")
            assert answer.status == 304
            assert answer.body == b""
            assert answer.headers["ETag"] == etag
            assert (
                not {"Content-Length", "Content-Type", "Content-Encoding"} & answer.headers.keys()
            )
        assert site.get(path, if_none_match='"other"').status == 200
        assert len(site.asked) == 1

    def test_who_has_a_page_that_nobody_kept_is_told_so_without_a_render(self, site):
        path = path_of(published(slug="a-release"))
        etag = site.get(path).headers["ETag"]
        fresh = type(site)(site.application, site.store._reader)
        assert fresh.get(path, if_none_match=etag).status == 304
        assert fresh.get(path).status == 200

    def test_head_has_the_headers_and_no_body(self, site):
        path = path_of(published(slug="a-release"))
        head = site.get(path, method="HEAD")
        page = site.get(path)
        assert head.body == b""
        assert head.headers == page.headers
        assert page.body
        assert len(site.asked) == 1

    def test_head_asks_for_no_part(self, site):
        """Parts are GET's alone, whether the file is kept already or not."""
        version = published()
        open_data.refresh()
        path = f"/data/releases-{version.dated:%Y-%m}.jsonl"
        answers = [site.get(path, method="HEAD", range="bytes=0-3") for _ in range(2)]
        assert [each.status for each in answers] == [200, 200]

    @pytest.mark.parametrize("path", ["/healthz", f"/media/{'0' * 64}/a.jpg"])
    def test_nor_where_it_is_passed_on(self, site, path):
        """gunicorn drops one, and logs that it had to."""
        head = site.get(path, method="HEAD")
        assert head.body == b""
        assert head.headers == site.get(path).headers


class TestWhenTheDatabaseIsGone:
    @pytest.fixture
    def gone(self, monkeypatch):
        def refused(at, alias):
            raise OperationalError("connection refused")

        def let_go():
            monkeypatch.setattr(epoch, "read_moment", refused)

        return let_go

    def test_pages_that_were_kept_are_served_and_no_cache_keeps_them_long(self, site, gone):
        path = path_of(published(slug="a-release"))
        page = site.get(path)
        gone()
        answer = site.get(path)
        assert answer.status == 200
        assert answer.body == page.body
        assert "s-maxage=1," in answer.headers["Cache-Control"]
        assert site.store.counts["stale"] == 1

    def test_a_page_that_nobody_kept_is_an_error_and_not_another_page(self, site, gone):
        site.get("/en/")
        gone()
        reader.forget()  # the views' own, which may have read it within this second
        assert site.get("/th/").status == 503

    def test_a_day_old_page_is_no_longer_served(self, site, gone, monkeypatch):
        path = path_of(published(slug="a-release"))
        site.get(path)
        gone()
        now = time.monotonic()
        monkeypatch.setattr("news.caching.page_store.time.monotonic", lambda: now + 86_401)
        site.application = answering(503)
        assert site.get(path).status == 503

    @pytest.mark.parametrize("gone_for_law", [False, True], ids=["removed", "erased"])
    def test_nothing_stands_in_that_was_made_before_a_removal(self, site, gone, gone_for_law):
        """Neither the page nor any other that may have named it, in this process or, like here, in
        one that was not asked for them since.
        """
        version, other = published(slug="a-release"), published(slug="another")
        paths = [path_of(version), path_of(other), "/th/", "/th/feeds/atom.xml"]
        for path in paths:
            assert site.get(path).status == 200
        if gone_for_law:
            ann, bo = (get_user_model().objects.create_user(name) for name in ("ann", "bo"))
            asked = erasing.request(release=version.release, reason="privacy", by=ann)
            erasing.approve(erasure=asked, by=bo)
        else:
            publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        assert site.get("/en/").status == 200
        assert len(site.store._shelves) == 1
        gone()
        reader.forget()
        for path in paths:
            assert site.get(path).status == 503
        assert site.get("/en/").status == 200

    def test_nothing_stands_in_of_a_time_that_a_restored_database_does_not_know(self, site, gone):
        path = path_of(published(slug="a-release"))
        Epoch.objects.filter(pk=1).update(removals=7)
        assert site.get(path).status == 200
        Epoch.objects.filter(pk=1).update(removals=6)
        assert site.get("/en/").status == 200
        gone()
        reader.forget()
        assert site.get(path).status == 503
        assert site.get("/en/").status == 200

    def test_a_page_that_was_being_made_during_a_removal_does_not_stand_in(self, site, gone):
        version = published(slug="a-release")
        application = site.application

        def slow(environ, start_response):
            answer = application(environ, start_response)
            publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
            site.application = application
            site.get("/en/")
            return answer

        site.application = slow
        assert site.get(path_of(version)).status == 200
        gone()
        reader.forget()
        assert site.get(path_of(version)).status == 503

    @pytest.mark.django_db(transaction=True)
    def test_a_process_that_nobody_asks_hears_of_a_removal(self):
        version = published(slug="a-release")
        idle = EpochReader()
        idle.current(timezone.now())
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        idle.keep_up(idle_seconds=0.05)
        deadline = time.monotonic() + 10
        while idle.removals == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        idle.end()
        assert idle.removals == 1

    @pytest.mark.django_db(transaction=True)
    def test_a_process_that_nobody_asks_has_nothing_left_of_what_was_removed(
        self, wsgi_application
    ):
        """Neither the page nor the stencil that the next ones are made with."""
        version = published(slug="a-release")
        idle = EpochReader()
        site = Site(wsgi_application, idle)
        site.get(path_of(version))
        assert len(site.store._shelves) == len(stencils._store) == 1
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        idle.keep_up(idle_seconds=0.05)
        deadline = time.monotonic() + 10
        while site.store.bytes_kept and time.monotonic() < deadline:
            time.sleep(0.05)
        idle.end()
        assert len(site.store._shelves) == len(stencils._store) == 0

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("kept", ["kept", "too large", "passed", "from behind", "no room"])
    def test_nor_of_a_page_that_was_being_made_when_it_heard(
        self, wsgi_application, monkeypatch, kept
    ):
        version = published(slug="a-release")
        if kept == "too large":
            monkeypatch.setattr("news.caching.entries.MAX_BODY", 10)
        if kept == "from behind":
            monkeypatch.setattr(PageStore, "_came_from_behind", lambda *_asked: True)
        query = "?fbclid=" + "a" * 2_000 if kept == "passed" else ""
        idle = EpochReader()
        fill = Stencils.fill

        def slow(stencils, key, filling, draw, make):
            def made_meanwhile(hole):
                page = make(hole)
                publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
                idle.forget()
                idle.current(timezone.now())
                return page

            return fill(stencils, key, filling, draw, made_meanwhile)

        monkeypatch.setattr(Stencils, "fill", slow)
        site = Site(wsgi_application, idle, max_bytes=0 if kept == "no room" else 10_000_000)
        idle.current(timezone.now())
        answer = site.get(f"{path_of(version)}{query}")
        assert answer.status == 200
        assert "max-age=0, s-maxage=0, stale-while-reval" in answer.headers["Cache-Control"]
        assert len(site.store._shelves) == len(stencils._store) == 0

    @pytest.mark.parametrize("taken_back", ["withdrawn", "merged", "removed"])
    def test_nor_does_the_leave_that_nginx_was_given_to_send_a_file_that_is_held_back(
        self, site, settings, taken_back
    ):
        settings.MEDIA_ACCEL_REDIRECT = "/protected/"
        version, other = published(), published()
        open_data.refresh()
        path = f"/data/releases-{version.dated:%Y-%m}.jsonl"
        for _ in range(2):
            assert site.get(path).headers["X-Accel-Redirect"].startswith("/protected/opendata/")
        if taken_back == "withdrawn":
            publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
        elif taken_back == "merged":
            publishing.merge(release=version.release, into=other.release)
        else:
            publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        reader.forget()
        answer = site.get(path)
        assert answer.status == 503
        assert "X-Accel-Redirect" not in answer.headers
        assert site.store.counts["stale"] == 0

    def test_nor_does_that_leave_stand_in_where_the_view_itself_would_refuse_it(
        self, site, settings, gone, monkeypatch
    ):
        settings.MEDIA_ACCEL_REDIRECT = "/protected/"
        version = published()
        open_data.refresh()
        path = f"/data/releases-{version.dated:%Y-%m}.jsonl"
        assert site.get(path).status == 200
        gone()
        reader.forget()
        monkeypatch.setattr("news.views.data._HANDED_OUT", {})
        assert site.get(path).status == 503

    def test_a_page_that_fails_to_render_is_served_as_it_was(self, site):
        version = published(slug="a-release")
        page = site.get(path_of(version))
        publishing.publish(release=version.release, kind=Version.Kind.MINOR)
        site.application = answering(500)
        assert site.get(path_of(version)).body == page.body
        assert site.get("/th/").status == 500

    @pytest.mark.django_db(transaction=True)
    def test_it_is_asked_once_a_second_and_not_by_every_request(self, monkeypatch):
        tries = []

        def refused(at, alias):
            tries.append(at)
            raise OperationalError("connection refused")

        monkeypatch.setattr(epoch, "read_moment", refused)
        impatient = EpochReader()
        for _ in range(20):
            with pytest.raises(EpochUnreadable):
                impatient.current(timezone.now())
        assert len(tries) == 2  # once more on a new connection


def answering(status, **headers):
    """An application that always gives one answer."""

    def application(environ, start_response):
        response = HttpResponse(b"answer", status=status, headers=headers)
        start_response(f"{status} {response.reason_phrase}", list(response.items()))
        return response

    return application


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"Cache-Control": "no-store"}),
        (200, {}),
        (200, {"Cache-Control": "private, max-age=60"}),
        (200, {"Cache-Control": "public, max-age=60", "Set-Cookie": "a=b"}),
        (200, {"Cache-Control": "public, max-age=60", "Vary": "Cookie"}),
        (200, {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}),
        (302, {"Cache-Control": "public, max-age=60", "Location": "/"}),
        (410, {"Cache-Control": "public, max-age=60"}),
        (403, {"Cache-Control": "public, max-age=60"}),
    ],
)
def test_only_what_says_that_it_is_for_everybody_is_kept(site, status, headers):
    site.application = answering(status, **headers)
    for _ in range(2):
        assert site.get("/th/").status == status
    assert len(site.asked) == 2


@pytest.mark.parametrize("status", [200, 301, 404])
def test_what_says_so_is_kept(site, status):
    site.application = answering(status, **{"Cache-Control": "public, max-age=60"})
    for _ in range(2):
        assert site.get("/th/").body == b"answer"
    assert len(site.asked) == 1


def test_what_the_interface_refuses_by_name_reaches_it_and_takes_no_room(site):
    published()
    assert site.get("/api/v1/releases/?limit=5").status == 200
    kept, asked = len(site.store._shelves), len(site.asked)
    for number in range(20):
        refused = site.get(f"/api/v1/releases/?limit=5&updated_sinse={number}")
        assert refused.status == 400
        assert refused.headers["Cache-Control"] == "no-store"
        assert "updated_since" in refused.text
    assert len(site.store._shelves) == kept
    assert len(site.asked) == asked + 20
    assert site.get("/api/v1/releases/?fbclid=1&limit=5&utm_source=x").status == 200
    assert len(site.asked) == asked + 20


def test_a_store_without_room_passes_all_on_as_it_is(wsgi_application):
    published(slug="a-release")
    site = Site(wsgi_application, EpochReader(), max_bytes=0)
    for _ in range(2):
        answer = site.get("/th/?fbclid=x", method="HEAD", cookie="a=b")
        assert (answer.status, answer.body) == (200, b"")
        assert "s-maxage=5" in answer.headers["Cache-Control"]
    said = [(asked["REQUEST_METHOD"], asked["HTTP_COOKIE"]) for asked in site.asked]
    assert said == [("HEAD", "a=b")] * 2
    assert site.store.counts == {"passed": 2}


@pytest.mark.parametrize(("megabytes", "counts"), [("1", "hit=1 miss=1"), ("0", "passed=2")])
def test_the_site_has_one_with_room_and_without(tmp_path, megabytes, counts):
    environment = {"OCSC_ENV": "test", "OCSC_DATA_DIR": tmp_path, "OCSC_PAGE_STORE_MB": megabytes}
    printed = subprocess.run(
        [sys.executable, "-c", ASK_TWICE],
        cwd=Path(__file__).resolve().parents[2],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert printed.splitlines()[-1] == counts


def test_streams_and_very_large_answers_are_not_held_in_memory(site):
    def streaming(environ, start_response):
        response = StreamingHttpResponse([b"a", b"b"], headers={"Cache-Control": "public"})
        start_response("200 OK", list(response.items()))
        return response

    site.application = streaming
    assert [site.get("/th/").body for _ in range(2)] == [b"ab", b"ab"]

    def large(environ, start_response):
        response = HttpResponse(b"a" * 5_000_000, headers={"Cache-Control": "public"})
        start_response("200 OK", list(response.items()))
        return response

    site.application = large
    for _ in range(2):
        assert len(site.get("/en/").body) == 5_000_000
    assert len(site.asked) == 4


def test_a_file_comes_through_where_the_server_sends_files_its_own_way(site):
    """With gunicorn's file wrapper, Django hands over the wrapper in place of its answer."""
    release = PressReleaseFactory()
    add_photo(release, size=(1400, 800))
    version = publishing.publish(release=release)
    address = re.search(
        r'property="og:image" content="http://testserver([^"]+)"', site.get(path_of(version)).text
    )[1]
    card = site.get(address)
    assert card.status == 200
    assert card.headers["Content-Type"] == "image/jpeg"
    assert card.body.startswith(b"\xff\xd8")


class TestWhileAnotherThreadRereads:
    """A reader that knows a moment of some seconds ago, asked while another thread reads."""

    def asked(self, monkeypatch, seconds, *, failed=False):
        reader = EpochReader()
        old = reader.current(timezone.now())
        new = replace(old, counter=old.counter + 1)

        def read(reader, _at):
            reader._known = (new, time.monotonic())
            return new

        monkeypatch.setattr(EpochReader, "_read", read)
        reader._known = (old, time.monotonic() - seconds)
        if failed:
            reader._failed_at = time.monotonic()
        found = []
        with reader._lock:
            asking = threading.Thread(target=lambda: found.append(reader.current(timezone.now())))
            asking.start()
            asking.join(0.3)
            at_once = list(found)
        asking.join(10)
        return at_once == [old], found == [new]

    @pytest.mark.django_db
    def test_a_moment_just_past_will_do(self, monkeypatch):
        assert self.asked(monkeypatch, 1.2) == (True, False)

    @pytest.mark.django_db
    def test_one_of_five_seconds_ago_will_not(self, monkeypatch):
        assert self.asked(monkeypatch, 5) == (False, True)

    @pytest.mark.django_db
    def test_nobody_waits_for_a_database_that_failed_a_moment_ago(self, monkeypatch):
        assert self.asked(monkeypatch, 5, failed=True) == (True, False)
