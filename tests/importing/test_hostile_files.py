"""Files that are damaged, cut short, mistaken for others or made to do harm."""

import gzip
import io
import json
import lzma
import random

import pytest
from django.core.management import CommandError, call_command

from news.importing import csv_files, json_lines, releases, saved_pages, xml_feeds
from news.management.commands.import_releases import REFUSED
from news.models import PressRelease, Version

pytestmark = pytest.mark.django_db

DAY = "Sun, 20 May 2018 23:30:00 +0000"
HEADLINE = "หัวข้อข่าวที่ยาวพอสมควรสำหรับทดสอบ"


def line(number=1, **fields):
    given = {
        "source_id": f"id-{number}",
        "title": f"ประชุมครั้งที่ {number}",
        "date": "2018-05-19",
        "paragraphs": ["เนื้อหาของข่าว"],
    }
    return json.dumps(given | fields, ensure_ascii=False)


def lines(*records):
    return "\n".join(records).encode("utf-8", "surrogatepass")


def table(rows):
    return f"id,title,date,body\n{rows}".encode()


def item(number=1, *, date=DAY, body="ข้อความ", link=""):
    return (
        f"<item><title>ประชุมครั้งที่ {number}</title><guid>g-{number}</guid><link>{link}</link>"
        f"<pubDate>{date}</pubDate><description>{body}</description></item>"
    )


def feed(*items, head=""):
    return f'{head}<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def page(head="", body=""):
    text = "ข้อความของข่าวนี้ 19 พฤษภาคม 2561 " * 5
    return (
        f"<html><head>{head}<title>{HEADLINE}</title></head>"
        f"<body><h1>{HEADLINE}</h1><p>{text}</p>{body}</body></html>"
    ).encode()


def load(folder, name, content):
    """(exit code, standard output, everything that was told as an error)."""
    path = folder / name
    path.write_bytes(content)
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "import_releases", path, stdout=out, stderr=err, report=folder / "report.jsonl"
        )
    except CommandError as error:
        code = error.returncode
        err.write(str(error))
    return code, out.getvalue(), err.getvalue()


# -- compressed files ------------------------------------------------------------------------------

OPENERS = [("gz", gzip.compress), ("xz", lzma.compress)]


def changed(data, at):
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize(("ending", "pack"), OPENERS)
@pytest.mark.parametrize("where", ["first", "middle", "checksum", "cut", "head alone"])
def test_nothing_of_a_damaged_compressed_file_is_published(tmp_path, ending, pack, where):
    """What a damaged file unpacks to can be the words of nobody; they could not be taken back."""
    words = random.Random(1)
    whole = pack(lines(*(line(n, summary=str(words.random())) for n in range(300))))
    damaged = {
        "first": changed(whole, 0),
        "middle": changed(whole, len(whole) // 2),
        "checksum": changed(whole, len(whole) - 8),
        "cut": whole[: len(whole) // 2],
        "head alone": whole[:7],
    }[where]
    code, out, err = load(tmp_path, f"releases.jsonl.{ending}", damaged)
    assert code == 1
    assert "0 imported" in out
    assert "can't be read to its end: damaged or cut short after line" in err
    assert not PressRelease.objects.exists()


@pytest.mark.parametrize("ending", ["gz", "xz"])
def test_a_file_that_is_only_named_as_a_compressed_one_is_told(tmp_path, ending):
    code, _out, err = load(tmp_path, f"releases.jsonl.{ending}", lines(line()))
    assert code == 1
    assert "damaged" in err


@pytest.mark.parametrize(("ending", "pack"), OPENERS)
def test_an_ending_in_capitals_is_the_same_ending(tmp_path, ending, pack):
    code, out, _err = load(tmp_path, f"RELEASES.JSONL.{ending.upper()}", pack(lines(line())))
    assert (code, out.startswith("1 imported")) == (0, True)


# -- files without records -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b""),
        ("a.jsonl", b"\n \n"),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0)),
        ("a.csv", table("")),
        ("a.xml", feed()),
    ],
)
def test_a_file_without_a_record_is_no_success(tmp_path, name, content):
    code, _out, err = load(tmp_path, name, content)
    assert code == 1
    assert err.endswith("holds no record")


def test_an_empty_table_or_feed_is_told(tmp_path):
    assert load(tmp_path, "a.csv", b"")[0] == 1
    assert load(tmp_path, "a.xml", b"")[0] == 1
    assert load(tmp_path, "a.html", b"")[0] == REFUSED


# -- JSON Lines ------------------------------------------------------------------------------------


def test_a_line_that_is_too_long_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "_MOST_IN_A_LINE", 100_000)
    monkeypatch.setattr(json_lines, "_BLOCK", 1000)
    long = line(2, summary="x" * 300_000)
    code, out, err = load(tmp_path, "a.jsonl", lines(line(1), long, line(3), "{"))
    assert code == REFUSED
    assert "2 imported, 0 known already, 2 refused" in out
    assert "line 2: longer than" in err
    assert "line 4: not JSON" in err


def test_a_last_line_that_is_too_long_ends_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "_MOST_IN_A_LINE", 1000)
    code, out, err = load(tmp_path, "a.jsonl", lines(line(1), line(2, summary="x" * 1000)))
    assert (code, "1 imported" in out, "line 2: longer" in err) == (REFUSED, True, True)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\x00\x00\x00", "not JSON: Expecting value, at character 1"),
        (lines(line()).decode().encode("cp874"), "not UTF-8, from byte"),
        (lines(line()).decode().encode("utf-16"), "not UTF-8, from byte 1 on"),
        (bytes(range(128, 256)), "not UTF-8, from byte 1 on"),
        (b"[" * 200_000, "nested too deep"),
        (lines(line()[:-1]) + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deep"),
        (lines(line()[:-1]) + b', "x": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (lines(line()[:-1]) + b', "date": NaN}', "date is missing or no text"),
    ],
    ids=["NUL", "cp874", "UTF-16", "rubbish", "open lists", "lists", "number", "NaN"],
)
def test_a_line_of_anything_else_is_told_and_the_next_is_read(tmp_path, bad, reason):
    code, out, err = load(
        tmp_path, "a.jsonl", lines(line(1)) + b"\n" + bad + b"\n" + lines(line(3))
    )
    assert code == REFUSED
    assert "2 imported" in out
    assert "line 2: " in err
    assert reason in err


@pytest.mark.parametrize(
    "day",
    [
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
        "31 ธ.ค. 9999",
        "-001-01-01",
    ],
)
def test_a_day_that_no_release_has_is_refused(tmp_path, day):
    code, out, err = load(tmp_path, "a.jsonl", lines(line(1, date=day), line(2)))
    assert (code, "1 imported" in out) == (REFUSED, True)
    assert "line 1: date is " in err


@pytest.mark.parametrize("character", ["\0", "\ud800"], ids=["NUL", "half a character"])
def test_what_no_database_takes_is_cleaned_out_of_every_field(tmp_path, character):
    fields = {
        "source_id": f"a{character}b",
        "title": f"ข่าว{character}ใหม่",
        "summary": f"สรุป{character}",
        "category": f"ด้าน{character}",
        "source_url": f"https://example.org/{character}x",
        "former": [f"/blog/2018/05/a{character}b"],
        "date": f"2018-05-19T{character}",
        "paragraphs": [f"เนื้อหา{character}"],
    }
    escaped = json.dumps(fields)  # as \u0000, as it can stand in a file
    code, out, err = load(tmp_path, "a.jsonl", lines(escaped, line(2)))
    assert (code, err) == (0, "")
    assert "2 imported" in out
    version = Version.objects.get(source_url__contains="example.org")
    assert character not in f"{version.title_th}{version.body_th}{version.dated_source}"


# -- tables ----------------------------------------------------------------------------------------


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_row(tmp_path):
    rows = '1,a,2018-05-19,b\n2,c,2018-05-19,"d\n3,e,2018-05-19,f\n4,g,2018-05-19,h\n'
    code, out, err = load(tmp_path, "a.csv", table(rows))
    assert code == 1
    assert "1 imported" in out
    assert "a quotation mark that row 3 opens is never closed" in err
    assert [version.title_en for version in Version.objects.all()] == ["a"]


def test_a_cell_that_is_too_large_is_told_with_its_row(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "_MOST_IN_A_CELL", 1000)
    rows = f"1,a,2018-05-19,b\n2,c,2018-05-19,{'x' * 2000}\n"
    code, out, err = load(tmp_path, "a.csv", table(rows))
    assert (code, "1 imported" in out) == (1, True)
    assert "can't be read after row 2" in err


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_line_that_is_not_in_the_encoding_of_the_table_is_told(tmp_path, mark):
    content = mark + table("1,ก,2018-05-19,ข\n") + b"2,\xff\xdb,2018-05-19,x\n"
    code, _out, err = load(tmp_path, "a.csv", content)
    assert code == 1
    assert "not UTF-8 (line 3)" in err
    assert not PressRelease.objects.exists()


def test_a_table_with_nuls_is_read_without_them(tmp_path):
    code, _out, _err = load(tmp_path, "a.csv", table("1,a\0b,2018-05-19,c\0d\n"))
    assert code == 0
    assert Version.objects.get().title_en == "ab"


# -- feeds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["nonsense-9", "utf-7", "rot13", "hex", "shift_jis"])
def test_an_encoding_that_no_parser_knows_is_told(tmp_path, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    code, _out, err = load(tmp_path, "a.xml", feed(item(), head=head))
    assert code == 1
    assert "the encoding that it declares can't be read" in err


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:30:00 +0000",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+07:00",
        "Sun, 20 May 99999999999999999999 23:30:00 +0000",
        "2018-13-45T00:00:00Z",
    ],
)
def test_a_moment_that_no_calendar_has_is_told_and_the_next_entry_read(tmp_path, date):
    code, out, err = load(tmp_path, "a.xml", feed(item(1, date=date), item(2)))
    assert (code, "1 imported" in out) == (REFUSED, True)
    assert "entry 1: date is " in err


@pytest.mark.parametrize(
    "address",
    ["http://[::1", "//[", "http://x/%00.jpg", "x" * 5000 + ".jpg", "a/" * 3000, "..", "~root/a"],
)
def test_an_address_that_no_file_can_have_is_a_photo_that_is_not_here(tmp_path, address):
    body = f"&lt;p&gt;ข้อความ &lt;img src='{address}'&gt;&lt;/p&gt;"
    assert load(tmp_path, "a.xml", feed(item(1, body=body, link=address[:900])))[0] == 0
    (tmp_path / "pages").mkdir()
    image = f"<link rel=canonical href='http://[{address[:100]}'>"
    content = page(head=image, body=f"<img src='{address}'>")
    assert load(tmp_path / "pages", "a.html", content)[0] == 0
    assert all(version.photos == [] for version in Version.objects.all())


@pytest.mark.parametrize("date", ["0000-00-00 00:00:00", "Sun, 20 May 0000 23:30:00 +0000"])
def test_a_year_of_zeros_is_no_date(tmp_path, date):
    code, _out, err = load(tmp_path, "a.xml", feed(item(1, date=date)))
    assert code == REFUSED
    assert "entry 1: no date" in err


def test_entries_before_the_end_of_a_cut_feed_are_imported(tmp_path):
    code, out, err = load(tmp_path, "a.xml", feed(item(1), item(2), item(3))[:-60])
    assert code == 1
    assert "2 imported" in out
    assert "no well-formed XML to its end" in err
    assert Version.objects.count() == 2


def test_elements_that_are_nested_without_end_are_refused(tmp_path):
    deep = "<a>" * 100_000 + "</a>" * 100_000
    code, out, err = load(tmp_path, "a.xml", feed(item(1), item(2, body=deep)))
    assert (code, "1 imported" in out) == (1, True)
    assert "entry 2: elements are nested" in err


def test_a_tag_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_feeds, "_MOST_AT_ONCE", 1024**2)
    content = feed(item(1), f'<item><title a="{"x" * 2 * 1024**2}">t</title></item>')
    code, out, err = load(tmp_path, "a.xml", content)
    assert (code, "1 imported" in out) == (1, True)
    assert "a single element is larger than 1 MB" in err


def test_an_entry_within_another_is_a_part_of_that(tmp_path):
    atom = "<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id></entry>"
    content = feed(f"<x>{atom}</x>", f"<item>{item(7)[6:-7]}{item(8)}</item>")
    code, out, _err = load(tmp_path, "a.xml", content)
    assert (code, "1 imported" in out) == (0, True)
    assert PressRelease.objects.get().source_id == "g-7"


def test_a_document_type_is_refused_in_words(tmp_path):
    head = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    code, _out, err = load(tmp_path, "a.xml", feed(item(body="&b;"), head=head))
    assert code == 1
    assert err.endswith("it declares a document type or entities: refused")


# -- saved pages -----------------------------------------------------------------------------------


def test_a_page_is_told_by_its_name(tmp_path):
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "good.html").write_bytes(page())
    (tmp_path / "page.html").mkdir()  # as wget saves an address that has others below it
    err = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_releases", tmp_path, stdout=io.StringIO(), stderr=err)
    assert refused.value.returncode == REFUSED
    assert err.getvalue().startswith("page 1: empty.html: ")
    assert Version.objects.count() == 1


def test_a_name_in_an_old_encoding_can_be_told(tmp_path):
    name = "ข่าว.html".encode("cp874").decode("utf-8", "surrogateescape")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / name).write_bytes(b"")
    report = tmp_path / "report.jsonl"
    with pytest.raises(CommandError):
        call_command("import_releases", tmp_path / "pages", stderr=io.StringIO(), report=report)
    assert json.loads(report.read_text("utf-8"))["reason"].startswith(f"{name}: ")


def test_a_page_that_is_too_large_is_refused_and_not_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_pages, "_MOST_BYTES", 1024**2)
    code, _out, err = load(tmp_path, "a.html", page() + b" " * 1024**2)
    assert code == REFUSED
    assert "page 1: a.html: larger than 1 MB" in err


# -- what ends the records -------------------------------------------------------------------------


def test_all_before_the_failure_is_imported_also_by_two_processes():
    def records():
        for number in range(1, releases.BATCH * 2 + 10):
            yield number, line(number).encode()
        raise OSError("the disk is gone")

    reports = releases.import_records(records(), json_lines.read, in_two_processes=True)
    with pytest.raises(OSError, match="the disk is gone"):
        list(reports)
    assert Version.objects.count() == releases.BATCH * 2 + 9
