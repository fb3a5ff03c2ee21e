"""Generated requests against the API's own description: no 500, no answer that it doesn't state."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from news import publishing
from news.api.openapi import document
from news.models import Version
from tests.factories import NOTES, PressReleaseFactory, add_photo, published


@pytest.fixture(scope="module")
def _made(keeping):
    with keeping(_a_release_in_every_state) as (_, media):
        yield media


@pytest.fixture
def api(_made, db, wsgi_application, settings):
    """The schema over an archive with a release in every state."""
    settings.MEDIA_ROOT = _made
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", wsgi_application)


def _a_release_in_every_state():
    release = PressReleaseFactory()
    add_photo(release)
    publishing.publish(release=release)
    publishing.publish(release=release, kind="correction", notes=NOTES)
    publishing.withdraw(release=published().release, reason=Version.Reason.ERROR)
    publishing.remove(release=published().release, reason=Version.Reason.LEGAL)
    publishing.merge(release=published().release, into=release)


# That updated_since excludes the filters, and which days exist, is more than a schema can say.
UNDESCRIBED = {"/releases/": (positive_data_acceptance,)}
OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[path for path, _ in OPERATIONS])
def test_the_api_answers_as_it_describes_itself(path, method, api):
    @given(case=api[path][method.upper()].as_strategy())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(case):
        case.call_and_validate(excluded_checks=UNDESCRIBED.get(path, ()))

    holds()


def test_no_address_takes_a_key():
    """Whatever is in an address is in logs and histories: there is nothing to be kept secret."""
    described = document()
    assert "securitySchemes" not in described.get("components", {})
    assert "security" not in described
    for path, method in OPERATIONS:
        operation = described["paths"][path][method]
        assert "security" not in operation
        text = json.dumps([path, operation.get("parameters", [])]).lower()
        for word in ("api_key", "apikey", "token", "session", "secret", "password"):
            assert word not in text, path
