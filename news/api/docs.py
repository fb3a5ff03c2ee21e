"""The API's description for programs and its page for people."""

import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from news.api.answers import answer
from news.api.endpoints import endpoint
from news.api.openapi import document
from news.caching import public_page
from news.sharing.addresses import absolute


@endpoint()
def beginning(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Where everything is, for who has nothing but this address."""
    described = document()
    base, operations = described["servers"][0]["url"], described["paths"]
    named = {
        re.sub("^(?:get|list)", "", methods["get"]["operationId"]).lower(): path
        for path, methods in operations.items()
        if path != "/"
    }
    return answer(
        {
            "title": described["info"]["title"],
            "documentation": absolute(reverse("root:api_docs")),
            "openapi": absolute(reverse("root:api:openapi")),
            "open_data": absolute(reverse("root:data_manifest")),
            "collections": {n: base + path for n, path in named.items() if "{" not in path},
            "templates": {n: base + path for n, path in named.items() if "{" in path},
        },
        language="en",
    )


@endpoint()
def openapi(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0"""
    return answer(document(), language="en")


@csrf_exempt
@require_safe
@public_page
def docs(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The same in HTML, made of the same document; nothing on it comes from elsewhere."""
    described = document()
    base = described["servers"][0]["url"]
    operations = [
        {
            "path": path,
            **methods["get"],
            "parameters": [_in_words(each) for each in methods["get"]["parameters"]],
            "example": _example(base, path, methods["get"]),
        }
        for path, methods in described["paths"].items()
    ]
    with override("en"):
        response = render(
            request,
            "pages/api_docs.html",
            {"info": described["info"], "base": base, "operations": operations},
        )
    response.headers["Content-Language"] = "en"
    return response


@csrf_exempt
@require_safe
@public_page
def to_docs(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """From the addresses that people try."""
    return HttpResponsePermanentRedirect(reverse("root:api_docs"))


@csrf_exempt
@require_safe
@public_page
def to_beginning(request: HttpRequest, *, at: datetime) -> HttpResponse:
    return HttpResponsePermanentRedirect(reverse("root:api:beginning"))


def _in_words(parameter: dict) -> dict:
    """A parameter with its example as it stands in an address."""
    example = parameter["example"]
    return {**parameter, "example": ",".join(example) if isinstance(example, list) else example}


def _example(base: str, path: str, operation: dict) -> str:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return base + path
