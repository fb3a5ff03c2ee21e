"""The addresses under `/api/v1/`. A release's code is taken in any case."""

from django.urls import re_path

from news.api import docs, elsewhere, lists, releases

app_name = "api"

_RELEASE = r"^releases/(?P<code>[0-9A-Za-z]{6,12})/"

urlpatterns = [
    re_path(r"^$", docs.beginning, name="beginning"),
    re_path(r"^openapi\.json$", docs.openapi, name="openapi"),
    re_path(r"^releases/$", releases.releases, name="releases"),
    re_path(rf"{_RELEASE}$", releases.release, name="release"),
    re_path(rf"{_RELEASE}versions/$", releases.versions, name="versions"),
    re_path(
        rf"{_RELEASE}versions/(?P<number>[1-9][0-9]{{0,5}})/$", releases.version, name="version"
    ),
    re_path(rf"{_RELEASE}photos/$", releases.photos, name="photos"),
    re_path(r"^topics/$", lists.topics, name="topics"),
    re_path(r"^corrections/$", lists.corrections, name="corrections"),
    re_path(r"", elsewhere.elsewhere),
]
