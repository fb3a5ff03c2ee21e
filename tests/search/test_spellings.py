import pytest

from news.search.spellings import DATA, BadSpellings, read, respelt


def test_what_is_right_is_left_as_it_is():
    for wrong, right in read(DATA.read_text("utf-8")).items():
        assert respelt(wrong) == right
        assert respelt(right) is None, right


def test_a_part_of_a_longer_word_is_respelt():
    assert respelt("ทักษะดิจิตอลภาครัฐ") == "ทักษะดิจิทัลภาครัฐ"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('"ก" =', "Invalid"),
        ('"กข" = 1', "missing"),
        ('"กข" = ""', "missing"),
        ('"สังเกต" = "สังเกตุ"', "for ever"),
    ],
)
def test_a_mistake_in_the_file_is_told(toml, said):
    with pytest.raises(BadSpellings, match=said):
        read(toml)
