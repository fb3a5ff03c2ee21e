"""The API's description for programs and its page for people."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from news.api.answers import answer
from news.api.endpoints import endpoint
from news.api.openapi import document
from news.caching import public_page


@endpoint()
def openapi(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0"""
    return answer(document())


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
        return render(
            request,
            "pages/api_docs.html",
            {"info": described["info"], "base": base, "operations": operations},
        )


def _in_words(parameter: dict) -> dict:
    """A parameter with its example as it stands in an address."""
    example = parameter["example"]
    return {**parameter, "example": ",".join(example) if isinstance(example, list) else example}


def _example(base: str, path: str, operation: dict) -> str:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return base + path
