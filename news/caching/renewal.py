"""Kept pages that outlast their epoch, without Django being asked for them again.

A publication ends what is kept of every page and changes a dozen. Where a page's basis
(`news.caching.entries.Basis`) is found to be what it was, the page is what Django would make of it
now, but for the two headers that the epoch decides (docs/decisions/0013).
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from news import patience, sources
from news.caching.entries import Entry, Form
from news.caching.epoch import Moment
from news.caching.headers import PAGE, until_boundary, validator

logger = logging.getLogger(__name__)


def renewed(entry: Entry, asked: dict, moment: Moment, at: datetime) -> Entry | None:
    """`entry`, which has a basis, as one of `moment`, which holds at `at`; None where Django has to
    be asked. `asked` is the WSGI environment that it would be asked with.
    """
    if entry.removals != moment.removals or entry.basis.site != moment.site:
        return None
    if not _still_holds(entry, moment, at):
        return None
    changed = {
        "ETag": validator(WSGIRequest(asked), moment),
        "Cache-Control": until_boundary(PAGE, moment.seconds_left(at)),
    }
    return replace(
        entry,
        epoch=moment.key,
        etag=changed["ETag"],
        forms={name: _changed(form, changed) for name, form in entry.forms.items()},
        made_at=time.monotonic(),
    )


def _changed(form: Form, changed: Mapping[str, str]) -> Form:
    headers = [(name, changed.get(name, value)) for name, value in form.headers]
    return Form(form.body, headers)


def _still_holds(entry: Entry, moment: Moment, at: datetime) -> bool:
    """Asked where Django would ask, and as patiently: who gets no answer leaves that to Django,
    which knows another database to turn to, or what to say.
    """
    try:
        with patience.at_most(patience.READER_SECONDS), sources.public_reads(moment.source):
            found = entry.basis.find(moment, at)
    except Error:
        return False
    except Exception:
        # Round the handler nobody would say in the reader's language that something broke.
        logger.exception("a kept page could not be held against the record")
        return False
    _end_of_use(connections[moment.source])
    return found == entry.basis.found


def _end_of_use(connection: BaseDatabaseWrapper) -> None:
    """What Django does at the end of a request, and none ends here: close what is too old, and have
    it asked whether it still answers before it is used again.
    """
    if not connection.in_atomic_block:  # whoever began that still needs it
        connection.close_if_unusable_or_obsolete()
