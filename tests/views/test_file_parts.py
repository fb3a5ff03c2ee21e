"""Parts of files that the application hands out itself: a large one can be gone on with."""

from base64 import b64encode
from hashlib import sha256

import pytest
from django.http import FileResponse

from news import jobs
from news.exporting import open_data
from news.sharing.cards import card_of
from tests.factories import add_photo, published, published_file
from tests.test_media import PDF

pytestmark = pytest.mark.django_db

LAST = len(PDF) - 1
WHOLE = (200, None, PDF)


@pytest.fixture
def path():
    return published_file(PDF)


@pytest.fixture
def get(client):
    """Asks for a path and reads the answer to its end, which closes the file."""

    def ask(path, method="get", **headers):
        sent = {header.replace("_", "-"): value for header, value in headers.items()}
        answer = getattr(client, method)(path, headers=sent)
        answer.bytes = b"".join(answer) if answer.streaming else answer.content
        return answer

    return ask


def said(answer):
    assert int(answer.headers.get("Content-Length", len(answer.bytes))) == len(answer.bytes)
    return answer.status_code, answer.headers.get("Content-Range"), answer.bytes


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-3", 0, 3),
        (" bytes=0-3 ", 0, 3),
        ("bytes=5-", 5, LAST),
        ("bytes=5-99999", 5, LAST),
        (f"bytes={LAST}-{LAST}", LAST, LAST),
        ("bytes=-6", LAST - 5, LAST),
        ("bytes=-99999", 0, LAST),
    ],
)
def test_whoever_asks_for_a_part_gets_it(get, path, asked, first, last):
    part = get(path, Range=asked)
    assert said(part) == (206, f"bytes {first}-{last}/{len(PDF)}", PDF[first : last + 1])


def test_a_part_says_of_the_file_what_the_whole_does(get, path):
    whole, part = get(path), get(path, Range="bytes=2-5")
    assert whole["Accept-Ranges"] == "bytes"
    assert part["Repr-Digest"] == f"sha-256=:{b64encode(sha256(PDF).digest()).decode()}:"
    differ = {"Content-Length", "Content-Range"}
    assert part.headers.keys() - differ == whole.headers.keys() - differ
    for name in whole.headers.keys() - differ:
        assert part[name] == whole[name], name


@pytest.mark.parametrize(
    "asked",
    [f"bytes={len(PDF)}-", "bytes=3-2", "bytes=-0", "bytes=a-b", f"bytes={'9' * 20}-"],
)
def test_a_part_that_is_not_there_is_told_with_the_size_and_kept_nowhere(get, path, asked):
    beyond = get(path, Range=asked)
    status, size, content = said(beyond)
    assert (status, size) == (416, f"bytes */{len(PDF)}")
    assert "The file has no such part." in content.decode()
    assert beyond["Content-Language"] == "th, en"
    assert beyond["Cache-Control"] == "no-store"
    assert "Repr-Digest" not in beyond.headers


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "bytes=0-1, 99999-", "pages=1-2", "0-3", "bytes", ""]
)
def test_of_several_parts_or_in_another_unit_it_is_the_whole(get, path, asked):
    assert said(get(path, Range=asked)) == WHOLE


def test_what_was_begun_is_gone_on_with_only_where_it_is_the_same_file(get, path):
    etag = get(path)["ETag"]
    asked = {"Range": "bytes=5-"}
    same = get(path, **asked, If_Range=etag)
    assert said(same) == (206, f"bytes 5-{LAST}/{len(PDF)}", PDF[5:])
    for other in ('"another"', f"W/{etag}", "Sat, 19 May 2018 09:41:00 GMT"):
        assert said(get(path, **asked, If_Range=other)) == WHOLE
    lost = get(path, Range="bytes=99999-", If_Range='"another"')
    assert said(lost) == WHOLE


def test_what_is_known_or_is_to_be_another_comes_first(get, path):
    etag = get(path)["ETag"]
    asked = {"Range": "bytes=0-3"}
    assert get(path, **asked, If_None_Match=etag).status_code == 304
    assert get(path, **asked, If_Match='"another"').status_code == 412


def test_only_a_get_has_parts(get, path):
    """RFC 9110, section 14.2."""
    head = get(path, "head", Range="bytes=0-3")
    assert head.status_code == 200
    assert int(head["Content-Length"]) == len(PDF)
    assert head["Accept-Ranges"] == "bytes"
    assert get(path, "head", Range="bytes=99999-").status_code == 200


def test_one_that_nobody_may_have_has_none(get, path):
    lost = f"/media/{'0' * 64}/a.pdf"
    assert get(lost, Range="bytes=0-3").status_code == 404


def test_the_file_is_closed_whatever_was_asked(get, path, monkeypatch):
    opened = []

    def note(response, value, set_it=FileResponse._set_streaming_content):
        if hasattr(value, "read"):
            opened.append(value)
        set_it(response, value)

    monkeypatch.setattr(FileResponse, "_set_streaming_content", note)
    for asked in ("", "bytes=0-3", "bytes=99999-"):
        said(get(path, Range=asked))
    assert len(opened) == 4  # a part is one more
    assert all(file.closed for file in opened)


def test_files_of_data_and_cards_have_parts_as_well(get):
    version = published()
    add_photo(version.release)
    jobs.run_waiting()
    open_data.refresh()
    card = card_of(version, "th").path
    assert get(card).status_code == 200  # drawn and kept at the first time
    for path in (card, f"/data/releases-{version.dated:%Y-%m}.jsonl"):
        whole = get(path).bytes
        part = get(path, Range="bytes=2-9")
        assert said(part) == (206, f"bytes 2-9/{len(whole)}", whole[2:10])
        beyond = get(path, Range="bytes=9999999-")
        assert (beyond.status_code, beyond["Cache-Control"]) == (416, "no-store")
