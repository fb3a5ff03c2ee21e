"""Fills one database with documents, asks it the queries, and prints the figures as JSON.

Run by `benchmarks.search.__main__` as a process of its own for each database and size.
"""

import json
import statistics
import sys
import time
from collections import defaultdict
from contextlib import suppress
from functools import cache
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.search.corpus import documents  # noqa: E402
from benchmarks.search.queries import Query, query_set, relevant  # noqa: E402
from news.importing.ahead import worked_ahead  # noqa: E402
from news.models import Version  # noqa: E402
from news.search import index  # noqa: E402
from news.search.documents import document_of, texts_of  # noqa: E402
from news.search.engine import ENTRY, TEXT, SearchTooSlow  # noqa: E402
from news.search.hits import hits  # noqa: E402
from news.search.parsing import parse  # noqa: E402
from news.search.searching import Filters, Results, search  # noqa: E402
from news.search.suggestions import suggestions  # noqa: E402

TOP = 10
SHARE_WARM = 0.25
HOSTILE = (
    "ประชุม" * 1_700,
    "a" * 10_000,
    "ก.พ. " * 2_000,
    "\"'()[]{}*-+^~:;,.!?/\\|" * 400,
    'NEAR("a" "b", 3) AND NOT * OR title:x {a b} : ^c ' * 200,
    "่้๊๋ิีึืุู" * 1_000,
    "ประ\x00ชุม\x00" * 1_000,
    "ก ร น ม า" * 1_000,
    '"กา" "นา" "มา" ' * 700,
    " ".join(map(str, range(2400, 2650))) * 8,
)


def main(corpus: Path, queries: int, seed: int, *, as_it_is: bool) -> dict:
    """`as_it_is` leaves the database and its index as they are found."""
    figures = {} if as_it_is else _filled(corpus)
    figures["documents"] = Version.objects.count()
    figures["index_mb"] = _index_size() / 1e6
    releases = documents(corpus)
    figures |= _ask(query_set(releases, queries, seed))
    at = timezone.now()
    typed = [release.title[: 4 + number % 12] for number, release in enumerate(releases[:200])]
    suggested = [_cost(_suggested, each, at)[0] for each in typed]
    figures["suggestions_p95_ms"] = round(statistics.quantiles(suggested, n=20)[-1] * 1000, 2)
    figures["hostile_ms"] = round(max(_hostile(each, at) for each in HOSTILE) * 1000, 1)
    figures["update_ms"] = _update()
    # What was rolled back is on the list of PostgreSQL's index and in its tables, where every
    # question would come upon it.
    index.settle()
    _vacuum(f"{ENTRY}, {TEXT}")
    return figures


def _filled(corpus: Path) -> dict:
    call_command("migrate", verbosity=0)
    figures = {"import_per_s": _import(corpus), "build_s": _build()}
    _vacuum()
    return figures


def _vacuum(tables: str = "") -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {tables}")


def _import(corpus: Path) -> float | None:
    # What a stopped run has imported stays; there is no rate of the rest.
    is_new = not Version.objects.exists()
    started = time.perf_counter()
    call_command("import_releases", corpus, stdout=sys.stderr)
    return Version.objects.count() / (time.perf_counter() - started) if is_new else None


def _build() -> float:
    started = time.perf_counter()
    index.rebuild(worked=worked_ahead)
    return time.perf_counter() - started


def _index_size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
                "WHERE relkind = 'r' AND relname LIKE 'news_search_%'"
            )
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'news_search_%'")
        return int(cursor.fetchone()[0])


def _update() -> float:
    """CPU milliseconds to analyse and index one release of about the median length; the median."""
    texts = Version.objects.order_by("pk")[:: max(1, Version.objects.count() // 200)]
    lengths = sorted(len("".join(texts_of(version))) for version in texts)
    middle = lengths[len(lengths) // 2]
    usual = [v for v in texts if abs(len("".join(texts_of(v))) - middle) < 0.25 * middle]
    times = []
    for version in usual:
        document_of(version)  # its units are remembered, as they are in a running site
        version.pk += 10**12
        with transaction.atomic():
            times.append(_cost(index.add, [version])[1])
            transaction.set_rollback(True)
    return statistics.median(times) * 1000


def _ask(queries: list[Query]) -> dict:
    texts = (
        # Nobody reads on from a title into the text as in a sentence.
        (
            version.pk,
            "\n|\n".join([version.title_th, version.title_en, "\n".join(texts_of(version))]),
        )
        for version in Version.objects.iterator(chunk_size=500)
    )
    asked = [
        (query, wanted)
        for query, wanted in zip(queries, relevant(queries, texts), strict=True)
        if wanted
    ]
    at = timezone.now()
    for query in queries[: int(SHARE_WARM * len(queries))]:
        _timed(query, at)
    by_kind = defaultdict(lambda: defaultdict(list))
    times, cpus, worst = [], [], []
    for query, wanted in asked:
        seconds, cpu, top = _timed(query, at)
        times.append(seconds)
        cpus.append(cpu)
        worst.append((seconds, query.text))
        kind = by_kind[query.kind]
        ranks = [rank for rank, pk in enumerate(top[:TOP], 1) if pk in wanted]
        kind["mrr"].append(1 / ranks[0] if ranks else 0.0)
        kind["recall"].append(len(ranks) / min(TOP, len(wanted)))
    # Afterwards: to page to the end reads thousands of texts, and would push out of the database's
    # memory what the next question is timed on.
    for query, wanted in asked:
        if query.kind != "misspelt":
            found = len(_everything(query, at) & wanted)
            by_kind[query.kind]["substring"].append(found / len(wanted))
    kinds = {
        kind: {name: round(statistics.mean(values), 4) for name, values in measures.items()}
        | {"queries": len(measures["mrr"])}
        for kind, measures in by_kind.items()
    }
    return {
        "queries": len(times),
        **{
            name: round(
                statistics.mean(value for measures in by_kind.values() for value in measures[name]),
                4,
            )
            for name in ("mrr", "recall", "substring")
        },
        "p50_ms": round(statistics.median(times) * 1000, 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1] * 1000, 2),
        "p50_cpu_ms": round(statistics.median(cpus) * 1000, 2),
        "p95_cpu_ms": round(statistics.quantiles(cpus, n=20)[-1] * 1000, 2),
        "slowest": [(round(s * 1000, 1), text) for s, text in sorted(worst, reverse=True)[:5]],
        "kinds": kinds,
    }


def _timed(query: Query, at) -> tuple[float, float, list[int]]:
    """Seconds and CPU seconds from the typed text to the page's words, and what was found."""
    seconds, cpu, results = _cost(_page, query.text, at)
    return seconds, cpu, [entry.version_id for entry in results.entries]


def _page(text: str, at) -> Results:
    """All that a page of results needs: results, facets and snippets. Nothing where the search is
    given up; what took so long is told.
    """
    question = parse(text)
    try:
        results = search(question, Filters(), at=at)
    except SearchTooSlow:
        print("given up:", question.text[:60], file=sys.stderr)
        return Results.none()
    hits(results.entries, question, "th", results.corrected)
    return results


def _hostile(text: str, at) -> float:
    return _cost(_page, text, at)[1]


def _cost(work, *given, **options) -> tuple:
    """(seconds, CPU seconds of this process and of the database's, what `work` returns)."""
    started, cpu = time.perf_counter(), _cpu()
    made = work(*given, **options)
    return time.perf_counter() - started, _cpu() - cpu, made


def _cpu() -> float:
    backend = _backend()
    return time.process_time() + (
        int(backend.read_text().split()[0]) / 1e9 if backend and backend.exists() else 0
    )


@cache
def _backend() -> Path | None:
    """Where the kernel tells the CPU time of PostgreSQL's process, if it runs on this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def _suggested(typed: str, at) -> None:
    with suppress(SearchTooSlow):
        suggestions(typed, at=at, language="th")


def _everything(query: Query, at) -> set[int]:
    """All that paging to the end gives; in one page of thousands a common phrase is given up."""
    found: set[int] = set()
    after = None
    while True:
        try:
            results = search(
                parse(query.text), Filters(), at=at, after=after, size=500, with_facets=False
            )
        except SearchTooSlow:
            return found
        found.update(entry.version_id for entry in results.entries)
        if results.next is None:
            return found
        after = results.next


if __name__ == "__main__":
    as_it_is = sys.argv[4:] == ["as-it-is"]
    print(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:4]), as_it_is=as_it_is)))
