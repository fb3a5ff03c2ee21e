"""What is counted of the mending of a record's words."""

from collections import Counter

import pytest

from news.importing.incoming import incoming
from news.thai.text import clean, normalise

PARAGRAPHS = [
    "ประชุม\u00a0เรื่อง\u00a0\u00a0น้\u0e4d\u0e32ใจ ของ\u2003ข้าราชการ",
    "\u00a0\u200bเเละ\u3000จํา\u00a0กัด ไม่มี",
    "\u00a0",
    "e\u0301\u00a0กี่่\u202fปี\u0e37\u0e48\u0e48",
]


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_spaces_counted_at_once_are_counted_as_the_cleaning_tells_them(paragraph):
    release = incoming(
        source_id="1", title="หัวข่าว", dated="2018-05-19", paragraphs=["ข้อความ", paragraph]
    )
    assert release.cleaned == clean(paragraph).counts
    assert release.paragraphs == tuple(filter(None, ("ข้อความ", normalise(paragraph).strip())))
    assert Counter(release.cleaned).total() > 0
