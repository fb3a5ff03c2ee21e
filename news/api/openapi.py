"""The OpenAPI 3.1 description of the read API. The docs page is made of it, and tests try it."""

from django.conf import settings

from news.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from news.api.releases import FIELDS
from news.models import Precision, Version

Json = dict[str, object]

_MOMENT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_OF_THE_ORIGINAL = (
    "SHA-256 of the photo as it was handed in, not of the files below. The original is kept and "
    "not published, for it may say where and with what it was taken; the files below are made "
    "from it and have hashes of their own. Equal values are the same photo, in whichever release "
    "or version; who was given an original can prove with it that this photo was published."
)
_OF_THE_FILE = (
    "SHA-256 of the bytes that the address gives. The answer itself says it too, as `Repr-Digest` "
    "(RFC 9530), for every file under /media/. Null for the moment in which a photo is being "
    "prepared."
)
_WORDS = {
    "description": "Language to text, for the languages in which there is one.",
    "type": "object",
    "properties": {"th": {"type": "string"}, "en": {"type": "string"}},
    "additionalProperties": False,
}
_ADDRESSES = {"type": "object", "additionalProperties": {"type": "string"}}
_ID = {"type": "string", "pattern": "^[0-9a-z]{6,12}$", "examples": ["k7m4q2"]}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: Json, required: tuple[str, ...] | None = None) -> Json:
    wanted = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": wanted}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(items: Json, **more: Json) -> Json:
    links = _object(
        {
            "self": {"type": "string", "format": "uri"},
            "next": _or_null({"type": "string", "format": "uri"}),
        }
    )
    return _object({"items": {"type": "array", "items": items}, "links": links, **more})


_IDENTITY: Json = {
    "id": _ID,
    "state": {"enum": ["live", "withdrawn", "gone", "merged"]},
    "version": {"type": "integer", "minimum": 1},
    "languages": {"type": "array", "items": {"enum": ["th", "en"]}},
    "url": {**_WORDS, "description": "Language to page."},
    "short_url": {"type": "string", "format": "uri"},
    "cite_as": {
        "type": "string",
        "format": "uri",
        "description": "Leads to this version for ever, whatever is corrected later.",
    },
    "first_published": {**_MOMENT, "description": "When this archive first showed the release."},
    "last_changed": {**_MOMENT, "description": "The last change that readers were told of."},
    "visible_from": {**_MOMENT, "description": "When this version began; updated_since asks it."},
    "kind": {"enum": list(Version.Kind.values)},
    "note": {**_WORDS, "description": "What readers are told about this version."},
    "reason": _or_null({"enum": list(Version.Reason.values)}),
    "merged_into": _or_null({"type": "string"}),
    "checksum": _SHA256,
}
_DATED = _object(
    {
        "date": _DAY,
        "precision": {"enum": list(Precision.values)},
        "in_doubt": {"type": "boolean"},
        "other_reading": _or_null(_DAY),
        "as_printed": {"type": "string", "description": "The words of the source."},
    }
)
_SCHEMAS: Json = {
    "Release": _object(
        {
            **_IDENTITY,
            "original_language": {"enum": ["th", "en"]},
            "translation": {"type": "string"},
            "language_behind": _or_null(
                {
                    "enum": ["th", "en"],
                    "description": "The language whose text has not followed the other one yet.",
                }
            ),
            "origin": {"enum": ["written", "imported", "sample"]},
            "source_url": {"type": "string"},
            "legacy_paths": {"type": "array", "items": {"type": "string"}},
            "dated": {**_DATED, "description": "The release's own day; from and to ask it."},
            "fiscal_year_be": {
                "type": "integer",
                "description": "The Thai fiscal year of `dated`, in the Buddhist era.",
            },
            "event": _or_null(_DATED),
            "topic": _or_null(_object({"slug": {"type": "string"}, "name": _WORDS})),
            "title": _WORDS,
            "summary": _WORDS,
            "body_html": _WORDS,
            "gallery_description": _WORDS,
            "photos": {"type": "array", "items": _ref("Photo")},
            "attachments": {"type": "array", "items": _ref("Attachment")},
            "contact": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        ("id", "state", "version"),
    ),
    "Tombstone": {
        **_object(_IDENTITY),
        "description": "A release that is no news any more: when and why, and no word of its text.",
    },
    "Photo": _object(
        {
            "sha256_of_original": {**_SHA256, "description": _OF_THE_ORIGINAL},
            "width": {"type": "integer"},
            "height": {"type": "integer"},
            "alt": _WORDS,
            "caption": _WORDS,
            "credit": {"type": "string"},
            "is_sample": {"type": "boolean"},
            "is_cover": {"type": "boolean"},
            "files": {
                "type": "array",
                "items": _object(
                    {
                        "url": {"type": "string", "format": "uri"},
                        "made_for": {
                            "enum": ["page", "press"],
                            "description": "press: the large one that newspapers print.",
                        },
                        "content_type": {"type": "string"},
                        "width": {"type": "integer"},
                        "height": {"type": "integer"},
                        "byte_size": _or_null({"type": "integer", "minimum": 1}),
                        "sha256": {**_or_null(_SHA256), "description": _OF_THE_FILE},
                    }
                ),
            },
        }
    ),
    "Attachment": _object(
        {
            "url": {"type": "string", "format": "uri"},
            "name": {"type": "string"},
            "content_type": {"type": "string"},
            "byte_size": {"type": "integer"},
            "sha256": _SHA256,
            "language": {"enum": ["th", "en", "both"]},
            "title": _WORDS,
        }
    ),
    "VersionEntry": _object(
        {
            "id": _ID,
            "version": {"type": "integer"},
            "kind": {"enum": list(Version.Kind.values)},
            "visible_from": _MOMENT,
            "visible_until": _or_null(_MOMENT),
            "recorded_at": _MOMENT,
            "languages": {"type": "array", "items": {"enum": ["th", "en"]}},
            "note": _WORDS,
            "reason": _or_null({"enum": list(Version.Reason.values)}),
            "merged_into": _or_null({"type": "string"}),
            "checksum": _SHA256,
            "url": _or_null({"type": "string", "format": "uri"}),
        }
    ),
    "Correction": _object(
        {
            "id": _ID,
            "version": {"type": "integer"},
            "kind": {"enum": list(Version.Kind.values)},
            "visible_from": _MOMENT,
            "note": _WORDS,
            "reason": _or_null({"enum": list(Version.Reason.values)}),
            "merged_into": _or_null({"type": "string"}),
            "release": {"type": "string", "format": "uri"},
        }
    ),
    "Topic": _object(
        {
            "slug": {"type": "string"},
            "name": _WORDS,
            "description": _WORDS,
            "releases": {"type": "integer", "minimum": 0},
            "url": _WORDS,
        }
    ),
    "Beginning": _object(
        {
            "title": {"type": "string"},
            "documentation": {"type": "string", "format": "uri"},
            "openapi": {"type": "string", "format": "uri"},
            "open_data": {"type": "string", "format": "uri"},
            "collections": {**_ADDRESSES, "description": "Name to address of each list."},
            "templates": {
                **_ADDRESSES,
                "description": "Name to address, with {id} and {number} to be filled in.",
            },
        }
    ),
    "Error": _object(
        {
            "error": _object(
                {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "parameter": {"type": "string"},
                },
                ("code", "message"),
            )
        }
    ),
}


def _parameter(name: str, schema: Json, description: str, example: object) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema,
        "example": example,
    }


_LIMIT = _parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    "How many items a page holds.",
    100,
)
_CURSOR = "A place in the list: take it from the `next` link."
_FIELDS = {
    **_parameter(
        "fields",
        {"type": "array", "items": {"enum": sorted(FIELDS)}, "minItems": 1},
        "Members wanted, parted by commas; `id`, `state` and `version` always come along.",
        ["title", "dated"],
    ),
    "style": "form",
    "explode": False,
}
_YEAR = {"type": "integer", "minimum": 1900, "maximum": 2643}
_MONTH = {"type": "string", "pattern": "^(19|2[0-6])[0-9]{2}-(0[1-9]|1[0-2])$"}
_BY_DAY = _parameter(
    "cursor",
    {"type": "string", "pattern": "^[dms][.0-9-]+$"},
    _CURSOR,
    "d.2018-05-19.4711",
)
_BY_MOMENT = _parameter(
    "cursor",
    {"type": "string", "pattern": "^m[.][0-9]{1,17}[.][0-9]{1,18}$"},
    _CURSOR,
    "m.1526713200000000.4711",
)
_CODE = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The release's id: the code of its short link.",
    "schema": _ID,
    "example": "k7m4q2",
}
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "The version's number, from 1.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999},
    "example": 1,
}


def _json(schema: Json, description: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_ERRORS = {
    "400": _json(
        _ref("Error"),
        "A parameter makes no sense, is unknown here or is given twice; the message says what "
        "would do.",
    ),
    "429": _json(_ref("Error"), "Too many requests; Retry-After says when to come back (seconds)."),
}
_OF_ONE = {
    **_ERRORS,
    "404": _json(_ref("Error"), "No release, or no version, of this id was ever public."),
}
_GONE = {"410": _json(_ref("Tombstone"), "The release was removed for good.")}
_MOVED = {"301": {"description": "The release was merged into the one that this leads to."}}


def _get(name: str, summary: str, description: str, parameters: list, responses: Json) -> Json:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": description,
            "parameters": parameters,
            "responses": responses,
        }
    }


def _paths() -> Json:
    return {
        "/": _get(
            "getBeginning",
            "The beginning",
            "Where everything is.",
            [],
            {"200": _json(_ref("Beginning"), "Addresses."), **_ERRORS},
        ),
        "/releases/": _get(
            "listReleases",
            "Releases, or what changed",
            "Without `updated_since`: the releases that are news now, newest day first. With it: "
            "every release that changed since, in the order of change; one that was withdrawn, "
            "removed or merged comes as a tombstone, so that a copy never keeps what the archive "
            "took back. At the end of the list `next_updated_since` says where to go on next time; "
            "it reaches back a little, so take the same version twice for once.",
            [
                _parameter(
                    "from", _DAY, "Dated on this day or later (C.E. or B.E.).", "2016-01-01"
                ),
                _parameter(
                    "to", _DAY, "Dated on this day or earlier (C.E. or B.E.).", "2016-12-31"
                ),
                _parameter("year", _YEAR, "Dated in this year (C.E. or B.E.).", 2018),
                _parameter("month", _MONTH, "Dated in this month (C.E. or B.E.).", "2018-05"),
                _parameter("fiscal", _YEAR, "Dated in this Thai fiscal year (B.E. or C.E.).", 2561),
                _parameter(
                    "q",
                    {"type": "string", "maxLength": 200},
                    "Words, as on the search page; newest first.",
                    "ทักษะดิจิทัล",
                ),
                _parameter("photos", {"enum": ["1"]}, "Only those with photos.", "1"),
                _parameter("files", {"enum": ["1"]}, "Only those with attachments.", "1"),
                _parameter("lang", {"enum": ["th", "en"]}, "Only those with a text in it.", "en"),
                _parameter(
                    "topic",
                    {"type": "string"},
                    "The slug of a topic, one that /topics/ lists.",
                    "digital-government",
                ),
                _parameter(
                    "updated_since",
                    {"anyOf": [_MOMENT, _DAY]},
                    "A moment with its offset, or a day. Not together with the filters above.",
                    "2026-01-31T00:00:00Z",
                ),
                _FIELDS,
                _LIMIT,
                _BY_DAY,
            ],
            {
                "200": {
                    **_json(
                        _list_of(
                            {"anyOf": [_ref("Release"), _ref("Tombstone")]},
                        ),
                        "A page of the list; the `Link` header leads to the next one.",
                    )
                },
                **_ERRORS,
            },
        ),
        "/releases/{id}/": _get(
            "getRelease",
            "One release",
            "The release as it is now. A withdrawn one keeps its text, as its page does.",
            [_CODE, _FIELDS],
            {
                "200": _json(_ref("Release"), "The release."),
                **_MOVED,
                **_GONE,
                **_OF_ONE,
            },
        ),
        "/releases/{id}/versions/": _get(
            "listVersions",
            "The versions of a release",
            "Every version ever shown, oldest first, with the checksum that it was sealed with.",
            [_CODE],
            {"200": _json(_list_of(_ref("VersionEntry")), "The versions."), **_OF_ONE},
        ),
        "/releases/{id}/versions/{number}/": _get(
            "getVersion",
            "One version",
            "A version as it was shown. `content` is what `checksum` was computed over: the "
            "SHA-256 of it as JSON with sorted keys, no spaces, UTF-8.",
            [_CODE, _NUMBER],
            {
                "200": _json({"anyOf": [_ref("Release"), _ref("Tombstone")]}, "The version."),
                **_GONE,
                **_OF_ONE,
            },
        ),
        "/releases/{id}/photos/": _get(
            "listPhotos",
            "The photos of a release",
            "In order, each with its texts and the addresses of its files.",
            [_CODE],
            {"200": _json(_list_of(_ref("Photo")), "The photos."), **_GONE, **_OF_ONE},
        ),
        "/topics/": _get(
            "listTopics",
            "Topics",
            "Every topic with the number of its releases.",
            [],
            {"200": _json(_list_of(_ref("Topic")), "The topics."), **_ERRORS},
        ),
        "/corrections/": _get(
            "listCorrections",
            "The log of corrections",
            "Corrections, clarifications, updates, withdrawals, removals, mergers and returns, "
            "newest first.",
            [_LIMIT, _BY_MOMENT],
            {"200": _json(_list_of(_ref("Correction")), "A page of the log."), **_ERRORS},
        ),
    }


def document() -> Json:
    """The whole description, as plain JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Press releases of the Office of the Civil Service Commission",
            "version": "1",
            "description": (
                "Read-only and open to everyone, scripts of other sites included. Years in "
                "answers are of the Common Era, in questions of either era; moments are in UTC. "
                "Every answer has an ETag: ask again with If-None-Match and an unchanged answer "
                "costs nothing. A parameter that an address doesn't know is refused, so that a "
                "mistyped one never passes for an answer. An address without its last slash leads "
                "to the one with it. The limit that RateLimit-Policy states (q requests in w "
                "seconds) counts by address."
            ),
        },
        "servers": [{"url": f"{settings.BASE_URL}/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": _SCHEMAS},
    }
