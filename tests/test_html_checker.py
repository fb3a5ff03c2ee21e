"""The checker that other tests trust does find what is wrong."""

from tests.html_checker import errors_in

PAGE = '<!doctype html><html lang="th"><head><title>ข่าว</title></head><body>{}</body></html>'


def test_errors_are_named_by_page_and_a_right_page_has_none():
    found = errors_in({"good": PAGE.format("<p>ก"), "bad": PAGE.format('<img src="a.jpg">')})
    assert len(found) == 1, found
    assert found[0].startswith("bad:1: ")
    assert "alt" in found[0]
