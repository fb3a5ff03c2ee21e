"""The page of one release: what it says, in which language, and what it leaves unsaid."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.models import PressRelease, Version
from tests.factories import NOTES, PressReleaseFactory, add_photo, published
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def path_of(version, lang="th"):
    slug = f"{version.slug}/" if version.slug else ""
    return f"/{lang}/news/{version.code}/{slug}"


class TestAddress:
    def test_the_code_decides_and_any_other_slug_leads_to_the_right_one(self, client):
        version = published(slug="digital-skills")
        right = f"/th/news/{version.code}/digital-skills/"

        assert client.get(right).status_code == 200
        for other in ("", "another/", "ทักษะดิจิทัล/", "digital-skills"):
            response = client.get(f"/th/news/{version.code}/{other}")
            assert (response.status_code, response["Location"]) == (301, right), other
            assert response["Cache-Control"] == "public, max-age=300"

    def test_without_a_slug_the_code_stands_alone(self, client):
        version = published()

        assert client.get(f"/th/news/{version.code}/").status_code == 200
        response = client.get(f"/th/news/{version.code}/invented/")
        assert (response.status_code, response["Location"]) == (301, f"/th/news/{version.code}/")

    def test_a_code_in_capitals_or_without_its_slash_leads_to_the_page(self, client):
        version = published()

        for spelling in (f"{version.code.upper()}/", version.code):
            response = client.get(f"/th/news/{spelling}")
            assert response.status_code == 301, spelling
            assert response["Location"] == f"/th/news/{version.code}/"

    def test_head_answers_like_get_and_post_is_not_for_readers(self, client):
        path = path_of(published())

        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


class TestLanguage:
    def test_each_language_has_its_text_its_canonical_and_the_other_as_alternate(self, client):
        version = published(title_th="หัวข่าว", title_en="The headline", slug="skills")

        for lang, title in (("th", "หัวข่าว"), ("en", "The headline")):
            found = page(client, path_of(version, lang))
            assert found.lang == lang
            assert found.headings[0][1] == title
            assert found.canonical == f"http://testserver{path_of(version, lang)}"
            assert found.alternates == {
                "th": f"http://testserver{path_of(version, 'th')}",
                "en": f"http://testserver{path_of(version, 'en')}",
                "x-default": f"http://testserver{path_of(version, 'th')}",
            }
            assert found.meta("robots") is None

    @pytest.mark.parametrize(
        ("trait", "has", "lacks", "label"),
        [
            ("thai_only", "th", "en", "Thai only"),
            ("english_only", "en", "th", "เฉพาะภาษาอังกฤษ"),
        ],
    )
    def test_a_missing_language_is_said_not_faked(self, client, trait, has, lacks, label):
        version = published(**{trait: True})
        text = version.text(has)

        response = client.get(path_of(version, lacks))
        found = page(client, path_of(version, lacks))

        assert found.lang == lacks
        assert found.headings == [({"class": "headline", "lang": has}, text.title)]
        assert found.meta("robots") == "noindex"
        assert found.canonical == f"http://testserver{path_of(version, has)}"
        assert found.alternates == {}
        assert label in response.content.decode()
        assert path_of(version, has) in found.links
        assert "เลขาธิการ ก.พ. เป็นประธาน" not in response.content.decode()
        assert "The Secretary-General chaired" not in response.content.decode()

    def test_the_switch_of_a_thai_only_release_says_so_before_the_click(self, client):
        version = published(thai_only=True)

        response = client.get(path_of(version, "th"))
        found = page(client, path_of(version, "th"))

        switch = [link for link in found.all("a") if link.get("hreflang") == "en"]
        assert [link["href"] for link in switch] == [path_of(version, "en")]
        assert "<small>Thai only</small>" in response.content.decode()
        assert found.alternates == {}

    def test_a_translation_made_for_the_archive_says_so_and_points_to_the_original(self, client):
        version = published(translation_status=PressRelease.Translation.ARCHIVE)

        english = client.get(path_of(version, "en")).content.decode()
        thai = client.get(path_of(version, "th")).content.decode()

        assert "made for this archive" in english
        assert f'href="{path_of(version, "th")}">Read the Thai original' in english
        assert "คำแปล" not in thai


class TestDates:
    def test_thai_pages_count_in_the_buddhist_era_and_english_ones_in_the_common(self, client):
        version = published(event_date=date(2018, 5, 19), dated=date(2018, 5, 21))

        thai = client.get(path_of(version, "th")).content.decode()
        english = client.get(path_of(version, "en")).content.decode()

        assert '<time datetime="2018-05-19">19\xa0พฤษภาคม\xa02561</time>' in thai
        assert '<time datetime="2018-05-21">21\xa0พฤษภาคม\xa02561</time>' in thai
        assert '<time datetime="2018-05-19">19\xa0May\xa02018</time>' in english
        assert "2561" not in english

    def test_a_doubt_is_shown_in_words_with_the_source_and_both_readings(self, client):
        doubt = {
            "event_date": date(2018, 5, 19),
            "event_precision": "doubt",
            "event_source": "19 พ.ค. 61 / 19 พฤษภาคม 2560",
            "event_other": date(2017, 5, 19),
        }
        html = client.get(path_of(published(**doubt))).content.decode()

        assert "ไม่แน่ชัด" in html
        assert "19 พ.ค. 61 / 19 พฤษภาคม 2560" in html
        assert html.index('datetime="2017-05-19"') < html.index('datetime="2018-05-19"')
        assert "วันศุกร์ที่\xa019\xa0พฤษภาคม พ.ศ.\xa02560" in html
        assert "วันเสาร์ที่\xa019\xa0พฤษภาคม พ.ศ.\xa02561" in html

    def test_an_unknown_day_of_a_known_month_is_not_invented(self, client):
        version = published(dated=date(2017, 3, 1), dated_precision="month")
        html = client.get(path_of(version)).content.decode()

        assert '<time datetime="2017-03">มีนาคม\xa02560</time>' in html
        assert "2017-03-01" not in html

    def test_an_imported_release_says_when_it_came_into_this_archive(self, client):
        old = published(dated=date(2016, 8, 22), origin=PressRelease.Origin.IMPORTED)
        new = published()

        assert "Added to this archive" in client.get(path_of(old, "en")).content.decode()
        html = client.get(path_of(new, "en")).content.decode()
        assert "Added to this archive" not in html
        assert "First published" in html

    def test_updated_is_shown_from_the_first_real_change_on(self, client):
        first = published()
        assert "Updated" not in client.get(path_of(first, "en")).content.decode()

        publishing.publish(release=first.release, kind=Version.Kind.CORRECTION, notes=NOTES)

        assert "Updated" in client.get(path_of(first, "en")).content.decode()


class TestWithdrawn:
    def test_it_offers_no_way_to_pass_it_on_and_keeps_the_link_to_cite_it_by(self, client):
        version = published()
        for path in (path_of(version), f"/th/news/{version.code}/v/1/"):
            assert "social-plugins.line.me" in client.get(path).content.decode()

        publishing.withdraw(release=version.release, reason=Version.Reason.ERROR, notes=NOTES)

        for path in (path_of(version), f"/th/news/{version.code}/v/1/"):
            html = client.get(path).content.decode()
            assert "social-plugins.line.me" not in html
            assert "data-share" not in html
            assert "data-copy" not in html
            assert f"/s/{version.code}.svg" not in html
            assert "photos.zip" not in html
            assert f'href="http://testserver/s/{version.code}"' in html
            assert f"/s/{version.code}/info" in html
            assert f"/th/report/{version.code}/" in html


class TestHeadline:
    def test_a_short_date_stays_on_one_line_and_the_text_as_it_is(self, client):
        title = "ประชุม <ก.พ.> (19 / พ.ค. 61) และ 5 ม.ค. 2562 กับ 12 มกราคม 2563 & 3 ก.พ."
        version = published(title_th=title)
        html = client.get(path_of(version)).content.decode()
        assert '<span class="together">(19 / พ.ค. 61)</span>' in html
        assert '<span class="together">5 ม.ค. 2562</span>' in html
        assert '<span class="together">12 มกราคม</span> 2563' in html
        assert '<span class="together">3 ก.พ.</span>' in html
        assert html.count('class="together"') == 4
        assert page(client, path_of(version)).headings[0][1] == title
        assert '<span class="together">' not in html.split("</head>")[0]
        for path in ("/th/", "/th/search/?q=ประชุม", f"/th/report/{version.code}/1/"):
            assert (
                '<span class="together">(19 / พ.ค. 61)</span>' in client.get(path).content.decode()
            )


class TestSummary:
    def test_a_number_stays_with_what_it_counts_on_the_page_and_in_lists(self, client):
        version = published(summary_th="รับ 1,250 คน ภายใน 3 สิงหาคม 2569 <b>")
        for path in (path_of(version), "/th/"):
            html = client.get(path).content.decode()
            assert '<span class="together">1,250 คน</span>' in html, path
            assert '<span class="together">3 สิงหาคม</span> 2569 &lt;b&gt;' in html, path


class TestBody:
    def test_the_sign_that_says_a_word_twice_begins_no_line_and_the_words_stay_as_they_are(
        self, client
    ):
        version = published(body_th="<p>ประชุมหน่วยงานต่าง ๆ ของรัฐ</p>")
        shown = client.get(path_of(version)).content.decode()
        assert '<p>ประชุมหน่วยงานต่า<span class="together">ง ๆ</span> ของรัฐ</p>' in shown
        assert version.body_th == "<p>ประชุมหน่วยงานต่าง ๆ ของรัฐ</p>"


class TestBanners:
    def test_a_correction_tells_what_changed_and_leads_to_the_version_before(self, client):
        first = published()
        publishing.publish(release=first.release, kind=Version.Kind.CORRECTION, notes=NOTES)

        found = page(client, path_of(first, "en"))
        html = client.get(path_of(first, "en")).content.decode()

        assert NOTES.en in html
        assert f"/en/news/{first.code}/v/1/" in found.links

    def test_a_minor_change_leaves_the_banner_of_the_correction_before_it(self, client):
        version = published()
        publishing.publish(release=version.release, kind=Version.Kind.MINOR)
        assert "ฉบับก่อนหน้า" not in client.get(path_of(version)).content.decode()
        publishing.publish(release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES)
        publishing.publish(release=version.release, kind=Version.Kind.MINOR)

        for path in (path_of(version), f"/th/news/{version.code}/v/4/"):
            html = client.get(path).content.decode()
            assert NOTES.th in html
            assert f"/th/news/{version.code}/v/2/" in html
        assert NOTES.th not in client.get(f"/th/news/{version.code}/v/2/").content.decode()

    def test_a_withdrawn_release_keeps_its_text_under_its_banner_out_of_the_index(self, client):
        version = published()
        publishing.withdraw(release=version.release, reason=Version.Reason.ERROR, notes=NOTES)

        html = client.get(path_of(version, "en")).content.decode()
        found = page(client, path_of(version, "en"))

        assert "was withdrawn on" in html
        assert "it contained errors" in html
        assert NOTES.en in html
        assert "The Secretary-General chaired the meeting." in html
        assert found.meta("robots") == "noindex"
        assert found.alternates == {}

    def test_a_removed_release_answers_410_with_date_and_reason_and_no_word_of_it(self, client):
        version = published(title_en="A secret name", slug="secret")
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)

        for path in (
            path_of(version, "en"),
            f"/en/news/{version.code}/",
            f"/en/news/{version.code}/v/1/",
        ):
            response = client.get(path)
            html = response.content.decode()
            assert response.status_code == 410, path
            assert "personal data" in html
            assert version.code in html
            assert "secret" not in html.lower().replace("/secret/", "")

    def test_a_merged_release_leads_to_the_end_of_the_chain(self, client):
        first, second, third = published(), published(), published(slug="third")
        publishing.merge(release=first.release, into=second.release)
        publishing.merge(release=second.release, into=third.release)

        response = client.get(path_of(first))

        assert (response.status_code, response["Location"]) == (301, path_of(third))

    def test_a_sample_says_that_it_is_one(self, client):
        sample = published(origin=PressRelease.Origin.SAMPLE)

        assert "This is a sample." in client.get(path_of(sample, "en")).content.decode()
        assert "ข่าวนี้เป็นตัวอย่าง" in client.get(path_of(sample)).content.decode()


class TestVersions:
    def test_an_old_version_is_shown_under_a_banner_and_kept_out_of_the_index(self, client):
        first = published(title_th="หัวข่าวเดิม")
        release = first.release
        release.title_th = "หัวข่าวใหม่"
        release.save()
        publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)

        found = page(client, f"/th/news/{first.code}/v/1/")

        assert found.headings[0][1] == "หัวข่าวเดิม"
        assert found.meta("robots") == "noindex"
        assert path_of(first) in found.links
        assert page(client, path_of(first)).headings[0][1] == "หัวข่าวใหม่"

    @pytest.mark.parametrize(("lang", "said"), [("en", "was withdrawn on"), ("th", "ถอนข่าวนี้เมื่อ")])
    def test_who_follows_a_citation_of_a_withdrawn_release_learns_it_first(
        self, client, lang, said
    ):
        first = published()
        publishing.withdraw(release=first.release, reason=Version.Reason.ERROR, notes=NOTES)

        response = client.get(f"/s/{first.code}@1/{lang}", follow=True)
        html = response.content.decode()
        found = page(client, f"/{lang}/news/{first.code}/v/1/")

        assert response.request["PATH_INFO"] == f"/{lang}/news/{first.code}/v/1/"
        assert html.index(said) < html.index("<h1")
        assert getattr(NOTES, lang) in html
        assert path_of(first, lang) in found.links
        assert "Read the current version" not in html
        assert "อ่านฉบับปัจจุบัน" not in html
        assert found.meta("robots") == "noindex"
        assert found.alternates == {}

    def test_a_citation_says_nothing_of_a_withdrawal_once_the_release_is_restored(self, client):
        first = published()
        publishing.withdraw(release=first.release, reason=Version.Reason.ERROR, notes=NOTES)
        publishing.restore(release=first.release, notes=NOTES)

        html = client.get(f"/en/news/{first.code}/v/1/").content.decode()

        assert "was withdrawn on" not in html
        assert "Read the current version" in html

    def test_a_version_that_is_not_there_is_404(self, client):
        version = published()

        for number in ("2", "0", "01", "-1", "๑", "999999", "9999999"):
            response = client.get(f"/th/news/{version.code}/v/{number}/")
            assert response.status_code == 404, number


class TestPhotos:
    def test_every_photo_is_a_picture_with_its_space_reserved_and_a_page_of_its_own(self, client):
        release = published().release
        for number in range(3):
            add_photo(release, colour=("navy", "teal", "maroon")[number])
        version = publishing.publish(release=release, kind=Version.Kind.MINOR)

        found = page(client, path_of(version))

        pictures = [image for image in found.all("img") if "/media/" in image["src"]]
        assert len(pictures) == 4  # the cover above the text and three in the gallery
        for image in pictures:
            assert int(image["width"]) > 0
            assert int(image["height"]) > 0
            assert image["alt"] == "ผู้เข้าร่วมประชุมนั่งรอบโต๊ะ"
        types = {source["type"] for source in found.all("source")}
        assert types == {"image/avif", "image/webp"}
        for number in (1, 2, 3):
            photo = page(client, f"/th/news/{version.code}/photo/{number}/")
            assert f"{path_of(version)}#photo-{number}" in photo.links
            assert photo.meta("robots") == "noindex"
        assert client.get(f"/th/news/{version.code}/photo/4/").status_code == 404

    def test_a_photo_of_a_withdrawn_release_says_so(self, client):
        release = published().release
        add_photo(release)
        publishing.publish(release=release, kind=Version.Kind.MINOR)
        paths = [
            f"/{lang}/news/{release.code}/{photo}/"
            for lang in ("en", "th")
            for photo in ("photo/1", "v/2/photo/1")
        ]
        for path in paths:
            assert "notice-alert" not in client.get(path).content.decode(), path

        publishing.withdraw(release=release, reason=Version.Reason.ERROR, notes=NOTES)

        for path in paths:
            html = client.get(path).content.decode()
            said = "was withdrawn on" if "/en/" in path else "ถอนข่าวนี้เมื่อ"
            assert html.index(said) < html.index("<h1"), path

    def test_every_file_that_a_page_names_is_there(self, client):
        release = published().release
        add_photo(release, size=(1000, 700))
        version = publishing.publish(release=release, kind=Version.Kind.MINOR)

        found = page(client, path_of(version))
        files = {address for address in found.fetched if address.startswith("/media/")}
        files.add(found.meta("og:image").removeprefix("http://testserver"))

        assert len(files) > 9
        for address in files:
            response = client.get(address)
            assert response.status_code == 200, address
            assert response.getvalue()

    def test_an_alternative_text_in_the_other_language_says_which_it_is(self, client):
        release = published().release
        add_photo(release, alt_th="ผู้เข้าร่วมประชุม", alt_en="")
        version = publishing.publish(release=release, kind=Version.Kind.MINOR)

        found = page(client, path_of(version, "en"))

        assert found.all("img", alt="ผู้เข้าร่วมประชุม", lang="th")

    def test_photos_are_as_public_as_their_version(self, client):
        release = PressReleaseFactory()
        add_photo(release)
        paths = [f"/th/news/{release.code}/{place}" for place in ("photo/1/", "v/1/photo/1/")]

        def statuses():
            return [client.get(path).status_code for path in paths]

        assert statuses() == [404, 404]
        publishing.publish(release=release)
        assert statuses() == [200, 200]
        publishing.withdraw(release=release, reason=Version.Reason.ERROR)
        assert statuses() == [200, 200]
        publishing.remove(release=release, reason=Version.Reason.LEGAL)
        assert statuses() == [410, 410]

    def test_a_single_photo_stands_above_the_text_and_nowhere_twice(self, client):
        release = published().release
        add_photo(release)
        version = publishing.publish(release=release, kind=Version.Kind.MINOR)

        found = page(client, path_of(version))

        assert len(found.all("figure")) == 1
        assert found.all("figure", id="photo-1")

    def test_a_wide_table_scrolls_on_its_own_and_can_be_reached_by_keyboard(self, client):
        version = published(body_en="<table><tr><th>Year</th></tr></table>")
        html = client.get(path_of(version, "en")).content.decode()

        assert '<div class="wide" role="region" tabindex="0" aria-label="Table"><table>' in html
        assert html.count("</table></div>") == 1


class TestMetadata:
    def test_open_graph_describes_the_page_it_stands_on(self, client):
        release = published(title_en="The headline", summary_en="What it is about.").release
        add_photo(release, size=(1800, 1200))
        version = publishing.publish(release=release, kind=Version.Kind.MINOR)

        found = page(client, path_of(version, "en"))

        assert found.meta("og:title") == "The headline"
        assert found.meta("og:description") == "What it is about."
        assert found.meta("og:type") == "article"
        assert found.meta("og:url") == found.canonical
        assert found.meta("og:locale") == "en_US"
        assert found.meta("og:locale:alternate") == "th_TH"
        assert (found.meta("og:image:width"), found.meta("og:image:height")) == ("1200", "630")
        assert found.meta("og:image").startswith(f"http://testserver/en/news/{version.code}/card-")
        assert found.meta("og:image:alt") == "Participants round a table"
        assert found.meta("twitter:image") == found.meta("og:image")
        assert found.meta("twitter:image:alt") == found.meta("og:image:alt")
        assert found.meta("twitter:card") == "summary_large_image"

    def test_a_headline_that_tries_to_end_the_script_stays_text(self, client):
        version = published(title_th='</script><img src=x onerror="alert(1)">')
        html = client.get(path_of(version)).content.decode()

        assert "<img src=x" not in html
        assert r"\u003c/script\u003e" in html

    def test_a_doubtful_day_is_not_told_to_machines_as_a_fact(self, client):
        sure = published(dated=date(2018, 5, 19))
        doubtful = published(
            dated=date(2018, 5, 19), dated_precision="doubt", dated_other=date(2017, 5, 19)
        )

        assert '"datePublished":"2018-05-19"' in client.get(path_of(sure)).content.decode()
        assert "datePublished" not in client.get(path_of(doubtful)).content.decode()

    def test_the_description_is_cut_between_thai_clusters(self, client):
        words = "ที่ปรึกษากฎหมายผู้ใหญ่น้ำใจ" * 20
        found = page(client, path_of(published(summary_th=words)))

        description = found.meta("description")
        assert description.endswith("…")
        assert len(description) < len(words)
        assert words.startswith(description[:-1])


class TestSharing:
    def test_the_links_carry_the_short_url_in_the_language_of_the_page(self, client):
        version = published()

        thai = page(client, path_of(version, "th"))
        english = page(client, path_of(version, "en"))

        short = f"http://testserver/s/{version.code}"
        encoded = short.replace(":", "%3A").replace("/", "%2F")
        for found, url in ((thai, encoded), (english, f"{encoded}%2Fen")):
            targets = [link for link in found.links if url in link]
            hosts = ["line.me", "facebook.com", "x.com", "mailto:"]
            assert len(targets) == len(hosts)
            for host, target in zip(hosts, targets, strict=True):
                assert host in target
                mark = host.partition(".")[0].replace("mailto:", "email")
                assert target.partition(url)[2].removesuffix("%0D%0A") == f"%3Fvia%3D{mark}"
        assert short in thai.links
        assert f"{short}/en" in english.links
        assert thai.all("img", src=f"/s/{version.code}.svg")
        assert english.all("img", src=f"/s/{version.code}/en.svg")


def test_a_scheduled_version_replaces_the_page_on_its_minute(client, time_machine):
    version = published(title_th="หัวข่าวเดิม")
    release = version.release
    release.title_th = "หัวข่าวใหม่"
    release.save()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at, kind=Version.Kind.UPDATE, notes=NOTES)

    time_machine.move_to(at - timedelta(seconds=1), tick=False)
    assert page(client, path_of(version)).headings[0][1] == "หัวข่าวเดิม"
    time_machine.move_to(at, tick=False)
    assert page(client, path_of(version)).headings[0][1] == "หัวข่าวใหม่"
