"""Releases in every format that they come in: what is taken, what is mended, what is refused."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from news.importing import releases, saved_pages
from news.importing.dating import dates_of
from news.management.commands.import_releases import REFUSED
from news.models import LegacyPath, PressRelease, SourceDocument, Topic, Version
from tests.factories import photo_file

pytestmark = pytest.mark.django_db
SEED = next(
    row["fields"]
    for row in json.loads(Path("fixtures/samples.json").read_text("utf-8"))
    if row["fields"].get("code") == "k7m4q2"
)
TITLE = "สำนักงาน ก.พ. ประชุมหารือเรื่องทักษะดิจิทัล (19 พ.ค. 61)"
BODY = "เมื่อวันที่ 19 พฤษภาคม 2561 เลขาธิการ ก.พ. เป็นประธานในการประชุมเรื่องน้\u0e4d\u0e32ใจ"
CLEAN = "เมื่อวันที่ 19 พฤษภาคม 2561 เลขาธิการ ก.พ. เป็นประธานในการประชุมเรื่องน้ำใจ"


def load(path, **options) -> tuple[str, str, list[dict]]:
    """(standard output, error output, lines of the report)."""
    out, err, report = io.StringIO(), io.StringIO(), Path(f"{path}.report")
    try:
        call_command("import_releases", path, stdout=out, stderr=err, report=report, **options)
    except CommandError as error:
        if error.returncode != REFUSED:
            raise
    told = [json.loads(line) for line in report.read_text("utf-8").split("\n") if line]
    return out.getvalue(), err.getvalue(), told


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


class TestTables:
    TABLE = (
        "ID,Headline,date,text,category,URL\r\n"
        f'1,"{TITLE}",2018-05-21,"{BODY}\nย่อหน้าที่สอง","ด้านกฎหมายฯ",'
        "http://www.ocsc.go.th/blog/2018/05/ข่าว-ทักษะ\r\n"
        "2,,2018-05-21,ไม่มีหัวข่าว,,\r\n"
    )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
    def test_in_each_encoding_it_says_the_same(self, tmp_path, encoding, client):
        path = write(tmp_path, "old.csv", self.TABLE, encoding)
        out, err, told = load(path)
        assert "1 imported, 0 known already, 1 refused" in out
        assert "row 3: title is empty" in err
        version = Version.objects.get()
        assert (version.title_th, version.dated.isoformat()) == (TITLE, "2018-05-21")
        assert version.body_th == f"<p>{CLEAN}</p><p>ย่อหน้าที่สอง</p>"
        assert version.topic.slug == "law"
        assert client.get("/blog/2018/05/ข่าว-ทักษะ").status_code == 301
        assert [line["outcome"] for line in told] == ["refused", "imported"]
        assert told[1]["mended"] == {"sara_am": 1}
        assert told[1]["code"] == version.code

    def test_the_original_is_kept_as_it_came(self, tmp_path):
        load(write(tmp_path, "old.csv", self.TABLE))
        source = SourceDocument.objects.get()
        assert source.form == "csv"
        assert json.loads(source.content)["body"].startswith(BODY)

    def test_semicolons_and_thai_dates_will_do(self, tmp_path):
        table = f"id;title;date;paragraphs\n1;{TITLE};21 พ.ค. 61;{BODY}\n"
        load(write(tmp_path, "old.csv", table))
        version = Version.objects.get()
        assert (version.dated.isoformat(), version.dated_source) == ("2018-05-21", "21 พ.ค. 61")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"id,title\n1,x\n", "no column for the body: one of body, text, content"),
            (b"id,title,body\n\xdb\xff\xfc", r"not UTF-8 \(line 2\) and not Windows-874"),
            (b'id,title,body\n1,"' + b"x" * 17_000_000, "can't be read"),
        ],
    )
    def test_what_is_no_table_is_told(self, tmp_path, content, message):
        with pytest.raises(CommandError, match=message):
            load(write(tmp_path, "bad.csv", content))
        assert not PressRelease.objects.exists()


RSS = f"""<?xml version="1.0" encoding="{{encoding}}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>
<item><title>{TITLE}</title><link>http://x.go.th/blog/2018/05/a-b</link><guid>g-1</guid>
<pubDate>Sun, 20 May 2018 23:30:00 +0000</pubDate><category>ด้านกฎหมายฯ</category>
<description>สรุปข่าว</description>
<content:encoded><![CDATA[<p>{BODY}</p><p>Second <b>b</b><script>x</script></p>]]></content:encoded>
</item>
<item><title>No date, no text</title><link>http://x.go.th/2</link></item>
</channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>tag:x,2018:1</id><title type="text">{TITLE}</title><link href="http://x.go.th/1"/>
<published>2018-05-21T00:10:00+07:00</published><updated>2019-01-01T00:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></div></content>
</entry></feed>"""

WXR = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<wp:wxr_version>1.2</wp:wxr_version>
<item><title>{TITLE}</title><link>http://x.go.th/blog/2018/05/a</link>
<guid isPermaLink="false">http://x.go.th/?p=5</guid>
<content:encoded><![CDATA[{BODY}

[gallery ids="1"]<img src="http://x.go.th/wp-content/uploads/2018/05/meeting.jpg" alt="ผู้เข้าร่วม">
ย่อหน้าที่สอง]]></content:encoded><excerpt:encoded><![CDATA[สรุป]]></excerpt:encoded>
<wp:post_id>5</wp:post_id><wp:post_date>2018-05-21 09:00:00</wp:post_date>
<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>
<item><title>a draft</title><content:encoded>x</content:encoded><wp:post_id>6</wp:post_id>
<wp:post_date>2018-05-21 09:00:00</wp:post_date><wp:post_type>post</wp:post_type>
<wp:status>draft</wp:status></item>
<item><title>a page</title><content:encoded>x</content:encoded><wp:post_id>7</wp:post_id>
<wp:post_date>2018-05-21 09:00:00</wp:post_date><wp:post_type>page</wp:post_type>
<wp:status>publish</wp:status></item>
</channel></rss>"""


class TestFeeds:
    @pytest.mark.parametrize("encoding", ["utf-8", "windows-874"])
    def test_rss(self, tmp_path, encoding):
        text = RSS.replace("{encoding}", encoding)
        content = text.encode(encoding.replace("windows-", "cp"))
        out, err, _told = load(write(tmp_path, "feed.xml", content))
        assert "1 imported, 0 known already, 1 refused" in out
        assert "entry 2: " in err
        version = Version.objects.get()
        assert version.body_th == f"<p>{CLEAN}</p><p>Second b</p>"
        assert version.summary_th == "สรุปข่าว"
        assert version.dated.isoformat() == "2018-05-21"  # in Thailand it was the next day
        assert LegacyPath.objects.get().path == "/blog/2018/05/a-b"

    def test_atom(self, tmp_path):
        load(write(tmp_path, "feed.atom", ATOM))
        version = Version.objects.get()
        assert version.dated.isoformat() == "2018-05-21"
        assert version.body_th == f"<p>{CLEAN}</p>"

    def test_a_wordpress_export_with_its_photos_and_without_its_drafts(self, tmp_path):
        uploads = tmp_path / "uploads/2018/05"
        uploads.mkdir(parents=True)
        (uploads / "meeting.jpg").write_bytes(photo_file().read())
        out, _err, told = load(write(tmp_path, "export.xml", WXR), media=tmp_path / "uploads")
        assert "1 imported, 0 known already, 0 refused" in out
        version = Version.objects.get()
        assert "ย่อหน้าที่สอง" in version.body_th
        assert "gallery" not in version.body_th
        assert "<img" not in version.body_th
        assert [photo["alt_th"] for photo in version.photos] == ["ผู้เข้าร่วม"]
        assert version.summary_th == "สรุป"
        assert told[0]["photos"] == ["meeting.jpg"]

    def test_a_photo_that_is_not_here_is_told_and_nothing_is_fetched(self, tmp_path):
        _out, _err, told = load(write(tmp_path, "export.xml", WXR))
        assert told[0]["warnings"][0].startswith("photo not found: http://x.go.th/wp-content")
        assert Version.objects.get().photos == []

    @pytest.mark.parametrize(
        "head",
        [
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        ],
        ids=["bomb", "file", "network"],
    )
    def test_entities_of_every_kind_are_refused(self, tmp_path, head):
        text = f"{head}<rss><channel><item><title>&b;</title></item></channel></rss>"
        with pytest.raises(CommandError, match="refused"):
            load(write(tmp_path, "evil.xml", text))
        assert not PressRelease.objects.exists()

    @pytest.mark.parametrize("text", ["<html/>", "<rss><channel><item>", "nothing"])
    def test_what_is_no_feed_is_told(self, tmp_path, text):
        with pytest.raises(CommandError, match=r"neither RSS|well-formed"):
            load(write(tmp_path, "bad.xml", text))


def seed_page(encoding: str) -> bytes:
    """The first release as a page of the former site, with its frame and its two dates."""
    body = SEED["body_th"]
    return f"""<!-- saved from url=(0051)http://www.ocsc.go.th/blog/2018/05/seed -->
<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}">
<title>{SEED["title_th"]} | สำนักงาน ก.พ.</title><style>p {{ color: red }}</style></head><body>
<div id="search-block"><form>ค้นหาข้อมูล <input name="q"></form></div>
<div class="navbar"><ul><li><a href="/">หน้าแรก</a></li></ul></div>
<h1>สำนักงาน ก.พ.</h1>
<div class="content"><h2>{SEED["title_th"]}</h2>
<div class="field">{body}<p>ภาพในเนื้อหาข่าว: </p>
<p><a href="x"><img src="seed_files/1.jpg" alt="ที่ประชุม"></a>
<img src="seed_files/gone.jpg"></p></div>
<h3>Share this post</h3><p>URL แบบสั้นสำหรับ Share</p></div>
<div class="about"><p>สำนักงาน ก.พ.</p><p>สำนักงานคณะกรรมการข้าราชการพลเรือน องค์การกลาง</p></div>
<img src="logo.png" width="600"></body></html>""".encode(encoding)


class TestSavedPages:
    @pytest.mark.parametrize("encoding", ["utf-8", "windows-874"])
    def test_headline_text_and_photos_are_found_and_the_frame_is_dropped(self, tmp_path, encoding):
        folder = tmp_path / "pages/seed_files"
        folder.mkdir(parents=True)
        (folder / "1.jpg").write_bytes(photo_file().read())
        text = seed_page("utf-8").decode().replace("charset=utf-8", f"charset={encoding}")
        content = text.encode(encoding.replace("windows-", "cp"), "xmlcharrefreplace")
        write(tmp_path / "pages", "seed.html", content)
        out, _err, told = load(tmp_path / "pages")
        assert "1 imported" in out, told
        assert "1 with a date in doubt" in out
        version = Version.objects.get()
        assert version.title_th == SEED["title_th"]
        for frame in ("ค้นหา", "หน้าแรก", "Share", "URL แบบสั้น", "ภาพในเนื้อหาข่าว", "องค์การกลาง"):
            assert frame not in version.body_th
        assert version.body_th.startswith("<p>เมื่อวันที่")
        assert version.body_th.count("<p>") == SEED["body_th"].count("<p>")
        assert [photo["alt_th"] for photo in version.photos] == ["ที่ประชุม"]
        assert told[0]["warnings"] == ["photo not found: seed_files/gone.jpg"]
        assert LegacyPath.objects.get().path == "/blog/2018/05/seed"

    def test_two_dates_that_disagree_are_both_kept_in_doubt(self, tmp_path):
        load(write(tmp_path, "seed.html", seed_page("utf-8")))
        version = Version.objects.get()
        for which in ("dated", "event"):
            assert getattr(version, f"{which}_precision") == "doubt"
            assert getattr(version, f"{which}_other").isoformat() == "2017-05-19"
            assert "19 พ.ค. 61" in getattr(version, f"{which}_source")
            assert "19 พฤษภาคม 2560" in getattr(version, f"{which}_source")
        assert version.dated.isoformat() == version.event_date.isoformat() == "2018-05-19"

    def test_the_text_of_a_page_alone_will_do(self, tmp_path):
        paragraphs = SEED["body_th"].replace("<p>", "").replace("</p>", "\n\n")
        text = (
            f"ค้นหาข้อมูล\nสำนักงาน ก.พ.\n\n{SEED['title_th']}\n\n{paragraphs}\n"
            "ภาพในเนื้อหาข่าว: \n\nShare this post\n\n\nURL แบบสั้นสำหรับ Share\n\nสำนักงาน ก.พ.\n\nท้ายหน้า"
        )
        load(write(tmp_path, "seed.txt", text))
        version = Version.objects.get()
        assert version.title_th == SEED["title_th"]
        assert version.body_th.count("<p>") == SEED["body_th"].count("<p>")
        assert "ท้ายหน้า" not in version.body_th

    @pytest.mark.parametrize(
        "content",
        [b"", b"<html><body><p>x</p></body></html>", b"\xff\xfe\x00\xdb\xfc", b"<" * 100_000],
        ids=["empty", "nothing in it", "no text", "no HTML"],
    )
    def test_what_is_no_page_of_a_release_is_refused(self, tmp_path, content):
        (tmp_path / "pages").mkdir()
        write(tmp_path / "pages", "bad.html", content)
        out, err, _told = load(tmp_path / "pages")
        assert "1 refused" in out
        assert "page 1: " in err

    def test_a_picture_outside_the_folder_is_never_taken(self, tmp_path):
        (tmp_path / "secret.jpg").write_bytes(photo_file().read())
        (tmp_path / "pages").mkdir()
        page = seed_page("utf-8").replace(b"seed_files/1.jpg", b"../secret.jpg")
        write(tmp_path / "pages", "a.html", page)
        load(tmp_path / "pages")
        assert Version.objects.get().photos == []

    def test_deep_and_odd_markup_ends(self, tmp_path):
        page = saved_pages.Page(Path("x.html"), "x.html", b"<div>" * 50_000, saved_pages.Folder())
        with pytest.raises(saved_pages.BadRecord):
            saved_pages.read(page)


class TestTheRun:
    @pytest.fixture
    def table(self, tmp_path):
        rows = "".join(f"{n},{TITLE} {n},2018-05-21,{BODY}\n" for n in range(200))
        return write(tmp_path, "many.csv", f"id,title,date,body\n{rows}")

    def test_a_dry_run_reads_and_tells_and_writes_nothing(self, table):
        out, _err, told = load(table, dry_run=True)
        assert "200 would be imported" in out
        assert {line["outcome"] for line in told} == {"new"}
        for model in (PressRelease, Version, SourceDocument, Topic):
            assert not model.objects.exists()

    def test_again_it_changes_nothing(self, table):
        load(table)
        out, _err, told = load(table)
        assert "0 imported, 200 known already" in out
        assert {line["outcome"] for line in told} == {"known"}

    def test_stopped_in_the_middle_it_goes_on_where_it_was(self, table, monkeypatch):
        batches = []

        def stopped(texts, report, real=releases._import):
            batches.append(len(texts))
            if len(batches) == 2:
                raise KeyboardInterrupt
            real(texts, report)

        monkeypatch.setattr(releases, "BATCH", 75)
        monkeypatch.setattr(releases, "_import", stopped)
        with pytest.raises(KeyboardInterrupt):
            load(table)
        monkeypatch.undo()
        assert Version.objects.count() == 75
        assert "125 imported, 75 known already" in load(table)[0]

    def test_an_address_that_leads_elsewhere_is_told_and_left(self, tmp_path):
        rows = "".join(
            f"{n},{TITLE} {n},2018-05-21,{BODY},/blog/2018/05/same-address\n" for n in (1, 2)
        )
        _out, _err, told = load(write(tmp_path, "a.csv", f"id,title,date,body,former\n{rows}"))
        assert LegacyPath.objects.count() == 1
        assert sum("leads to another" in str(line["warnings"]) for line in told) == 1

    def test_a_file_of_no_known_ending_asks_for_its_format(self, tmp_path):
        with pytest.raises(CommandError, match="--format"):
            load(write(tmp_path, "a.dat", "x"))


class TestDates:
    def test_headline_and_text_that_agree(self):
        day, event = dates_of("ประชุม (19 พ.ค. 61)", ["เมื่อวันที่ 19 พฤษภาคม 2561 มีการประชุม"], "")
        assert (day.day.isoformat(), day.precision) == ("2018-05-19", "day")
        assert event == day

    def test_a_source_that_says_its_day_is_believed_for_that_day_alone(self):
        day, event = dates_of(
            "ประชุม (19 พ.ค. 61)", ["เมื่อวันที่ 19 พฤษภาคม 2560 มีการประชุม"], "2018-05-21"
        )
        assert (day.day.isoformat(), day.precision) == ("2018-05-21", "day")
        assert (event.precision, event.other.isoformat()) == ("doubt", "2017-05-19")

    def test_a_weekday_that_is_not_the_days_is_a_doubt(self):
        _day, event = dates_of("ประชุม", ["วันอังคารที่ 17 มกราคม 2565 มีการประชุม"], "2022-01-20")
        assert event.precision == "doubt"
        assert event.other.isoformat() == "2023-01-17"

    def test_a_date_further_down_is_no_date_of_the_event(self):
        text = ["รัฐบาลมีนโยบายด้านดิจิทัลมาอย่างต่อเนื่องตามที่ได้แถลงไว้", "กฎหมายลงวันที่ 1 มกราคม 2550"]
        assert dates_of("ประชุม", text, "2018-05-21")[1] is None
