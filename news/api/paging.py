"""Lists by place: a `Link` header and `links.next` lead on; page 1,000 costs what page 1 costs."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from news.api.answers import answer
from news.models import Version
from news.sharing.addresses import absolute


def listing(
    request: HttpRequest, items: list[dict], *, next_place: object | None = None, **more: object
) -> HttpResponse:
    """One page of a list: `{"items": [...], "links": {"self", "next"}, ...}`.

    `next_place` is the cursor after these items, None at the end of the list.
    """
    links = {"self": absolute(request.get_full_path()), "next": None}
    if next_place is not None:
        links["next"] = _at(request, str(next_place))
    response = answer({"items": items, "links": links, **more})
    if links["next"]:
        response.headers["Link"] = f'<{links["next"]}>; rel="next"'
    return response


def cut(
    rows: Sequence[Version], limit: int, place: Callable[[Version], object]
) -> tuple[Sequence[Version], object | None]:
    """Of `limit + 1` rows asked for: those to show, and the place after them if there are more."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], place(rows[limit - 1])


def _at(request: HttpRequest, place: str) -> str:
    query = request.GET.dict() | {"cursor": place}
    return absolute(f"{request.path}?{urlencode(query)}")
