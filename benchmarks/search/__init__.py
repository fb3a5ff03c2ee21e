"""How well and how fast the archive's search finds what Thai readers type, on any corpus.

    python -m benchmarks.search ../shared/corpus/releases.jsonl.xz --sizes 1000 10000 all

A corpus is JSON Lines as `manage.py import_releases` reads it. Queries are made from it (seeded),
so another corpus gives other queries; see README.md for the kinds and the measures.
"""
