"""How questions are put to PostgreSQL's index."""

from contextlib import suppress
from datetime import date
from itertools import chain, combinations
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.search import postgres
from news.search.engine import Engine, SearchTooSlow
from news.search.engines import engine
from news.search.entries import Scope, key_of
from news.search.expressions import All, Any, Marker, Phrase
from news.search.grams import Kind, marker_gram, phrase_grams
from news.search.postgres import _MOST_WAYS, SETTINGS, PostgresEngine, _having, _ways
from tests.factories import published, published_many

_THAI_NUMBERS = "หนึ่งสองสามสี่ห้าหกเจ็ดแปดเก้าสิบร้อยพันหมื่นแสนล้าน"
_LEAVES = [
    Marker("aกพ"),
    Marker("m201805"),
    Phrase(("ก", "พ")),
    Phrase(("รั", "ก", "ษา")),
    Phrase(("น",), goes_on=True),
    Phrase(("overn",), goes_on=True),
]
expressions = st.recursive(
    st.sampled_from(_LEAVES),
    lambda parts: st.builds(
        lambda kind, each: kind(tuple(each)),
        st.sampled_from([All, Any]),
        st.lists(parts, min_size=2, max_size=3),
    ),
    max_leaves=6,
)


def choices_of(leaf, *, alone):
    if isinstance(leaf, Marker):
        return [[marker_gram(leaf)]]
    return phrase_grams(leaf, alone=alone)


def answers(expression, grams, *, alone=True):
    """Whether grams answer an expression, by what the expression says."""
    if isinstance(expression, All):
        return all(answers(part, grams, alone=False) for part in expression.parts)
    if isinstance(expression, Any):
        return any(answers(part, grams, alone=alone) for part in expression.parts)
    return all(set(choice) & grams for choice in choices_of(expression, alone=alone))


@given(expressions, st.lists(st.sampled_from(_LEAVES)), st.randoms())
def test_the_ways_of_a_question_are_together_what_it_asks(expression, held, chance):
    grams = set()
    for leaf in held:
        all_of_it = [chance.choice(choice) for choice in choices_of(leaf, alone=True)]
        grams.update(chance.sample(all_of_it, chance.randint(0, len(all_of_it))))
    ways = _ways(expression, Kind.SHORT, alone=True)
    if ways is not None:
        met = any(
            way.needed <= grams and all(set(each) & grams for each in way.one_of) for way in ways
        )
        assert met == answers(expression, grams)


def test_a_question_of_too_many_ways_is_put_in_few_products():
    either = Any((Marker("aกพ"), Phrase(("ก", "พ"))))
    asked = All((either,) * 20)
    assert _ways(asked, Kind.SHORT, alone=True) is None
    condition = _having(asked, Kind.SHORT)
    # Five products of four each, of sixteen ways.
    assert condition.sql.count(" OR ") == 5 * (_MOST_WAYS - 1)
    assert condition.sql.count(") AND (") >= 4
    assert condition.sql.count("%s") == len(condition.params)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's way of asking")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(expression=expressions, most=st.integers(1, 4))
def test_a_question_of_too_many_ways_finds_what_any_other_finds(entries, expression, most):
    """In titles and in texts."""
    for kind in Kind:
        few = found(_having(expression, kind))
        with mock.patch.object(postgres, "_MOST_WAYS", most):
            many = found(_having(expression, kind))
        assert many == few


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's codes are read here")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(expression=expressions, data=st.data())
def test_what_the_database_finds_in_codes_is_what_is_found_in_them_here(entries, expression, data):
    with engine().limited():
        keys = [entry.key for entry in engine().newest(None, Scope(timezone.now()), 100)]
        read = engine().texts(data.draw(st.lists(st.sampled_from(keys), unique=True)), "code")
        telling = data.draw(st.sampled_from([0, 16]))
        with mock.patch.object(postgres, "_TELLING_BYTES", telling):
            by_database = engine().checked(keys, expression, read=read)
        assert by_database == Engine.checked(engine(), keys, expression)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks in no transaction")
def test_what_was_given_up_within_leaves_the_search_around_it_able_to_ask():
    def wait():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    with engine().limited():
        until = engine().until(0.1)
        within = engine().limited(until), suppress(SearchTooSlow), engine().limited(until)
        with suppress(SearchTooSlow), within[0], within[1], within[2]:
            wait()
        assert engine().newest(None, Scope(timezone.now()), 1) == []


@pytest.fixture
def entries(db, monkeypatch):
    """One for each choice of some of the leaves, those of the longest titles as long ones."""
    monkeypatch.setattr("news.search.analysis.LONG", 70)
    texts = ("ก.พ.", "กพ Governor", "19 พ.ค. 2561", "รักษา", "นคร", "รักษาการ กพ")
    some = chain.from_iterable(combinations(texts, count) for count in range(1, 4))
    published_many({"title_th": " ".join(each), "thai_only": True} for each in some)


def found(condition):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key FROM news_search_entry AS e WHERE {condition.sql} ORDER BY key",
            condition.params,
        )
        return [key for (key,) in cursor.fetchall()]


def test_what_a_long_text_has_like_any_other_is_asked_for_once():
    for leaf in (Marker("aกพ"), Phrase(("ก", "พ")), Phrase(("น",), goes_on=True)):
        condition = PostgresEngine()._matching(leaf, in_title=False).matching
        assert " OR " not in condition.sql, leaf
    longer = PostgresEngine()._matching(Phrase(("รั", "ก", "ษา")), in_title=False).matching
    assert longer.sql.count(" OR ") == 1
    assert longer.params[0] != longer.params[1]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the planner is PostgreSQL's")
@pytest.mark.parametrize(
    "expression",
    [
        All((Any((Marker("aสงวน"), Phrase(("ส", "ง", "ว", "น")))), Phrase(("รั", "ก", "ษา")))),
        Phrase(("สั่", "ง", "กา", "ร", "ให้"), goes_on=True, cut_off=True),
    ],
)
def test_no_array_is_read_to_answer_one_of_these_and_that_as_well(expression):
    condition = engine()._matching(expression, in_title=False).matching
    with connection.cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute(
            f"EXPLAIN SELECT key FROM news_search_entry AS e WHERE {condition.sql}",
            condition.params,
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on news_search_entry_grams" in plan
    assert "Filter" not in plan


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the planner is PostgreSQL's")
@pytest.mark.parametrize(
    "ask",
    [
        lambda index, asked, scope: index.newest(asked, scope, 20),
        lambda index, asked, scope: index.facets(asked, scope),
        lambda index, asked, scope: index.facets(asked, scope, one_in=10),
    ],
)
def test_words_are_looked_up_by_their_grams_however_short_the_period_is(ask):
    scope = Scope(timezone.now(), first=key_of(date(2018, 5, 19)), end=key_of(date(2018, 5, 20)))
    plans = []

    def explained(execute, sql, params, many, context):
        if "e.grams" in sql:
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append("\n".join(row[0] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with engine().limited(), connection.execute_wrapper(explained):
        ask(engine(), Phrase(("ป", "ระ")), scope)
    assert "Bitmap Index Scan on news_search_entry_grams" in plans[0]
    assert "pkey" not in plans[0]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the list is PostgreSQL's")
def test_who_adds_one_release_does_not_bring_in_the_list_of_all_that_wait():
    with connection.cursor() as cursor:
        # Eight pages: what a server could be set to.
        cursor.execute("SET LOCAL gin_pending_list_limit = '64kB'")
        for number in range(10):
            published(title_th=f"{_THAI_NUMBERS} {number}", body_th=f"<p>{_THAI_NUMBERS * 20}</p>")
        cursor.execute("SELECT gin_clean_pending_list('news_search_entry_grams')")
        (pages,) = cursor.fetchone()
    assert pages > 8
