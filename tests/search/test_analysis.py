import time

from hypothesis import given, settings

from news.search.analysis import analyse
from news.search.grams import without_words
from tests.thai.texts import anything


@settings(deadline=None)
@given(anything, anything)
def test_no_text_raises(title, text):
    document = analyse([title], [text])
    assert document.code.startswith(without_words(document.title_code))


def test_the_stored_form_of_a_text_does_not_matter():
    clean = analyse(["น้ำ"], ["แล้ว ｃｏｖｉｄ-๑๙"])
    assert analyse(["นํ้า"], ["เเล้ว COVID\u200b-19"]) == clean


def test_a_long_text_of_one_kind_is_analysed_in_time_that_grows_with_its_length():
    for piece in ("ก.", "ก", "19 ", "1,", "1-", "พ.ค. ", "a.", "2561 ", ". ", "เ", "่", "x", "May "):
        started = time.process_time()
        analyse([], [piece * (50_000 // len(piece))])
        assert time.process_time() - started < 2, piece


def test_grams_are_integers_of_postgresql(real_texts):
    for text in real_texts[:20]:
        assert all(0 <= gram < 2**31 for gram in analyse([text[:80]], [text]).grams)


def test_real_releases_give_less_grams_than_they_have_characters(real_texts):
    for text in real_texts:
        if len(text) > 500:
            assert len(analyse([], [text]).grams) < 1.2 * len(text)
