"""The public addresses of releases and files. Paths are for this site's pages, URLs for everyone
else.
"""

from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from news.images.recipes import File

SITE_LANGUAGES = ("th", "en")


def absolute(path: str) -> str:
    """`path` (from the root, with its slash) as others must write it."""
    return f"{settings.BASE_URL}{path}"


_ANY = {
    "code": "222222",
    "hash": "any-hash",
    "number": "333333",
    "photo": "444444",
    "slug": "any-slug",
}
"""What stands in a path as it is, with a value that any page takes and no path has otherwise."""


def path_in(language: str, name: str, **kwargs) -> str:
    """The path of a public page (`name` without namespace) under `/th/` or `/en/`."""
    if kwargs.keys() <= _ANY.keys():
        return _shape(language, name, *kwargs).format_map(kwargs)
    return _looked_up(language, name, kwargs)


@cache
def _shape(language: str, name: str, *given: str) -> str:
    """The path with `{code}` in the place of a code, and so on: looking it up for each release of a
    list took a quarter of the list's time.
    """
    path = _looked_up(language, name, {key: _ANY[key] for key in given})
    for key in given:
        path = path.replace(_ANY[key], f"{{{key}}}")
    return path


def _looked_up(language: str, name: str, kwargs: dict[str, object]) -> str:
    with translation.override(language):
        return reverse(f"news:{name}", kwargs=kwargs)


def release_path(language: str, code: str, slug: str = "") -> str:
    """The one right path of a release: with its slug where it has one."""
    path = path_in(language, "release_by_code", code=quote(code))
    return f"{path}{quote(slug)}/" if slug else path


def version_path(language: str, code: str, number: int) -> str:
    return path_in(language, "version", code=code, number=number)


def short_path(key: str, language: str) -> str:
    """`/s/KEY` leads to the Thai page, `/s/KEY/en` to the English one."""
    return f"/s/{key}" if language == "th" else f"/s/{key}/{language}"


def short_version_path(key: str, number: int, language: str) -> str:
    """The plain form of `@N`."""
    link = f"/s/{key}/v/{number}"
    return link if language == "th" else f"{link}/{language}"


def info_path(key: str, language: str) -> str:
    """The page about a short link: the plain form of `+`."""
    return f"{short_path(key, language)}/info"


def qr_path(key: str, language: str, extension: str) -> str:
    """The QR code of `short_path`; `extension` is `svg` or `png`."""
    return f"{short_path(key, language)}.{extension}"


def media_path(hash_: str, name: str) -> str:
    """Where `/media/` answers for one file. The hash decides; the name is for who saves it."""
    return f"/media/{hash_}/{name}"


def photo_file_path(file: File, code: str, number: int) -> str:
    """The path of one file of a release's photo; `number` counts the photos from 1."""
    return media_path(file.hash, f"{code}-{number}-{file.width}.{file.extension}")
