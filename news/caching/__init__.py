"""How long an answer may be kept, by whom, and what it is kept under."""

from news.caching.entries import Basis, rests_on
from news.caching.epoch import EpochReader, EpochUnreadable, Frame, Moment, read_moment, reader
from news.caching.headers import (
    KEPT_BY_NGINX,
    REDIRECT,
    is_of_this_reader,
    keep_public,
    keep_redirect,
    never_keep,
    public_page,
    stand_in,
    take_the_place,
)

__all__ = [
    "KEPT_BY_NGINX",
    "REDIRECT",
    "Basis",
    "EpochReader",
    "EpochUnreadable",
    "Frame",
    "Moment",
    "is_of_this_reader",
    "keep_public",
    "keep_redirect",
    "never_keep",
    "public_page",
    "read_moment",
    "reader",
    "rests_on",
    "stand_in",
    "take_the_place",
]
