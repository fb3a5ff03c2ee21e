from news.search.expressions import All, Any, Marker, Phrase, all_of, any_of, leaves

PAIR = Phrase(("ก", "ข"))
OPEN = Phrase(("ก",), goes_on=True)
BOTH = All((PAIR, Any((OPEN, Marker("aกข")))))


def test_the_same_part_is_asked_for_once():
    assert any_of([PAIR, PAIR]) == PAIR
    assert all_of([PAIR, OPEN, PAIR]) == All((PAIR, OPEN))


def test_leaves_are_what_an_expression_is_made_of():
    assert list(leaves(BOTH)) == [PAIR, OPEN, Marker("aกข")]
