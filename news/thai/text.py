"""What the rest of the site does with Thai text: the names, each kept in a file of its own."""

from news.thai.cleaning import (
    Change,
    Cleaned,
    as_typed,
    clean,
    normalise,
    single_line,
    with_usual_spaces,
)
from news.thai.clusters import clusters
from news.thai.folding import fold
from news.thai.truncation import truncate

__all__ = [
    "Change",
    "Cleaned",
    "as_typed",
    "clean",
    "clusters",
    "fold",
    "normalise",
    "single_line",
    "truncate",
    "with_usual_spaces",
]
