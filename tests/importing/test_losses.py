"""Nothing of a source is lost, taken for something else, or passed on unseen."""

import json
import lzma
import tarfile
from datetime import date

import pytest

from news.importing import csv_files, json_lines, saved_pages, unpacking, xml_feeds
from news.importing.incoming import fitting
from news.importing.pictures import Folder
from news.importing.releases import import_records
from news.models import Version
from tests.factories import photo_file

pytestmark = pytest.mark.django_db

ADDRESS = "https://www.ocsc.go.th/blog/2017/05/" + "%E0%B8%81" * 20
PAGE = """<html><head><meta charset="utf-8"><link rel="canonical" href="{address}">
<meta property="article:published_time" content="{day}"><title>{title}</title></head>
<body><h1>{title}</h1><div>{body}</div></body></html>"""
BODY = "<p>เลขาธิการ ก.พ. เป็นประธานในการประชุมซึ่งมีผู้เข้าร่วมจำนวนมากจากทุกหน่วยงานของรัฐ</p>"


def saved(folder, name="a", *, address="https://o.go.th/1", day="2017-05-01", body=BODY, number=1):
    title = f"สำนักงาน ก.พ. จัดการประชุมเรื่องที่ {number} อย่างเป็นทางการ"
    text = PAGE.format(address=address, day=day, title=title, body=body)
    (folder / f"{name}.html").write_text(text, "utf-8")


def pages_of(folder):
    with saved_pages.pages(folder) as (pages, _):
        return [saved_pages.read(page) for _number, page in pages]


def line(**fields) -> bytes:
    record = {
        "source_id": "1",
        "title": "สำนักงาน ก.พ. ประชุม",
        "date": "2018-05-01",
        "paragraphs": ["ข้อความของข่าว"],
    }
    return json.dumps(record | fields, ensure_ascii=False).encode()


class TestLongAddresses:
    """In Thai they have nine characters a letter."""

    def test_pages_whose_addresses_begin_alike_are_two_releases(self, tmp_path):
        for number in (1, 2):
            address = f"{ADDRESS}-{number}"
            saved(tmp_path, str(number), address=address, number=number, day=f"2017-05-0{number}")
        first, second = pages_of(tmp_path)
        assert first.source_id != second.source_id
        assert max(len(each.source_id) for each in (first, second)) <= 200
        assert [each.source_id for each in pages_of(tmp_path)] == [
            first.source_id,
            second.source_id,
        ]

    def test_so_are_entries_of_a_feed(self, tmp_path):
        entries = "".join(
            f"<item><guid>{ADDRESS}-{n}</guid><title>สำนักงาน ก.พ. จัดการประชุม ครั้งที่ {n}</title>"
            f"<pubDate>Tue, 02 May 2017 10:00:00 +0700</pubDate>"
            f"<description>ข้อความของข่าวที่ {n}</description></item>"
            for n in (1, 2)
        )
        path = tmp_path / "feed.xml"
        path.write_text(f"<rss><channel>{entries}</channel></rss>", "utf-8")
        with xml_feeds.items(path, Folder(None)) as (found, _):
            *_rest, report = import_records(found, xml_feeds.read)
        assert report.imported == 2

    def test_one_that_fits_stays_as_it_is(self):
        assert fitting("a" * 200) == "a" * 200
        assert len(fitting("a" * 201)) == 200


class TestPhotos:
    def test_a_photo_of_another_page_is_not_taken(self, tmp_path):
        saved(tmp_path, "a", body=BODY + '<img src="a_files/image001.jpg">')
        saved(tmp_path, "b", body=BODY + '<img src="b_files/image001.jpg">', number=2)
        (tmp_path / "a_files").mkdir()
        (tmp_path / "a_files/image001.jpg").write_bytes(photo_file().read())
        first, second = pages_of(tmp_path)
        assert [photo.name for photo in first.photos] == ["image001.jpg"]
        assert second.photos == ()
        assert second.warnings == ("photo not found: b_files/image001.jpg",)

    @pytest.fixture
    def folder(self, tmp_path):
        for place in ("2016/skills", "2017/skills", "2017/exams"):
            (tmp_path / place).mkdir(parents=True)
            (tmp_path / place / "a.jpg").write_bytes(b"a")
        (tmp_path / "flat.jpg").write_bytes(b"a")
        return Folder(tmp_path)

    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("https://x.go.th/files/2017/skills/a.jpg", "2017/skills/a.jpg"),
            ("/files/exams/a.jpg", "2017/exams/a.jpg"),
            ("skills/a.jpg", None),  # two would do
            ("https://x.go.th/files/2018/prizes/a.jpg", None),
            ("a.jpg", None),
            ("https://x.go.th/files/2018/flat.jpg", "flat.jpg"),
            ("https://x.go.th/files/none.jpg", None),
        ],
    )
    def test_the_place_that_ends_most_like_the_address_is_taken(self, folder, address, place):
        found = folder.find(address)
        assert found == (place and (folder.root / place).resolve())


class TestWords:
    def test_signs_of_comparison_in_text_lose_no_word(self, tmp_path):
        text = "ผู้ที่ x&lt;y เข้าร่วมได้ตามประกาศของสำนักงาน ก.พ. ที่กำหนดไว้ตามระเบียบทุกประการ"
        saved(tmp_path, body=f"{text} <br>ส่วนผู้อื่นเข้าร่วมไม่ได้ตามประกาศของสำนักงานที่กำหนดไว้")
        (page,) = pages_of(tmp_path)
        assert "x&lt;y เข้าร่วมได้ตามประกาศ" in page.body

    def test_of_two_columns_that_mean_the_same_the_one_with_something_in_it_counts(self, tmp_path):
        table = tmp_path / "t.csv"
        table.write_text(
            "id,title,category,topic,text_th,body,date\n"
            "1,หัวข้อข่าวภาษาไทย,ข่าวประชุม,,ข้อความภาษาไทย,,2018-05-01\n",
            "utf-8",
        )
        with csv_files.rows(table) as (rows, _):
            ((_number, row),) = rows
        release = csv_files.read(row)
        assert (release.category, release.paragraphs) == ("ข่าวประชุม", ("ข้อความภาษาไทย",))

    def test_what_no_column_is_known_for_is_told(self, tmp_path):
        table = tmp_path / "t.csv"
        table.write_text(
            "id,title_th,title_en,text_th,text_en,date,note\n"
            "1,หัวข้อข่าวภาษาไทย,English title,ข้อความภาษาไทย,English text,2018-05-01,\n",
            "utf-8",
        )
        with csv_files.rows(table) as (rows, _):
            ((_number, row),) = rows
        assert csv_files.read(row).warnings == ("not read: title_en, text_en",)


class TestDays:
    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2018-05-01T20:00:00Z", date(2018, 5, 2)),
            ("2018-05-01 20:00:00+00:00", date(2018, 5, 2)),
            ("2018-05-01T20:00:00+07:00", date(2018, 5, 1)),
            ("2018-05-01T20:00:00", date(2018, 5, 1)),
            ("2018-05-01", date(2018, 5, 1)),
        ],
    )
    def test_a_moment_is_of_the_day_that_it_was_in_thailand(self, tmp_path, written, day):
        assert json_lines.read(line(date=written)).dated == day
        saved(tmp_path, day=written)
        (page,) = pages_of(tmp_path)
        assert page.dated == day


class TestAddresses:
    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[x"]
    )
    def test_readers_are_led_to_the_web_alone(self, client, address):
        *_rest, report = import_records([(1, line(source_url=address))], json_lines.read)
        assert report.imported == 1
        version = Version.objects.get()
        assert version.source_url == ""
        assert json_lines.read(line(source_url=address)).warnings == (
            f"source_url {address!r} is no web address",
        )

    @pytest.mark.parametrize("address", ["https://x.go.th/1", "http://x.go.th/1", "/blog/1", ""])
    def test_what_leads_there_stays(self, address):
        read = json_lines.read(line(source_url=address))
        assert (read.source_url, read.warnings) == (address, ())


@pytest.mark.parametrize("mode", ["xz", "bz2", "gz"])
def test_a_damaged_archive_is_refused_by_name(tmp_path, mode):
    (tmp_path / "bag").mkdir()
    content = bytes(n * n % 251 for n in range(300_000))
    (tmp_path / "bag/a").write_bytes(lzma.compress(content))  # as good as chance
    path = tmp_path / f"bag.tar.{mode}"
    with tarfile.open(path, f"w:{mode}") as archive:
        archive.add(tmp_path / "bag", "bag")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "out").mkdir()
    with pytest.raises(unpacking.BadArchive, match=path.name):
        unpacking.unpack(path, tmp_path / "out")
