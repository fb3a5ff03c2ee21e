"""Who works at the desk, and the shortest way to a form's values."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, MultiWidget
from django.test import Client
from django.urls import reverse

from news.models import DeskPreference, PressRelease
from tests.factories import TopicFactory


@pytest.fixture
def editor(db):
    """What `create_account` makes: staff that may write, review and publish, no administrator."""
    user = get_user_model().objects.create_user(
        "editor", password="k7m4q-long-enough", is_staff=True
    )
    user.groups.add(Group.objects.get(name="publisher"))
    return user


@pytest.fixture
def administrator(db):
    return get_user_model().objects.create_superuser("boss", password="k7m4q-long-enough")


@pytest.fixture
def desk(editor) -> Client:
    """The editor, signed in, in English: tests read messages in the language of their source."""
    DeskPreference.objects.create(user=editor, language="en")
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def boss(administrator) -> Client:
    DeskPreference.objects.create(user=administrator, language="en")
    client = Client()
    client.force_login(administrator)
    return client


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_url(release: PressRelease) -> str:
    return reverse("admin:news_pressrelease_change", args=(release.pk,))


def action_url(release: PressRelease, name: str) -> str:
    return reverse("admin:news_pressrelease_action", args=(release.pk, name))


ADD_URL = "/admin/news/pressrelease/add/"


def era_date(name: str, day="", month="", be="", ce="") -> dict[str, str]:
    """The four inputs of a date."""
    parts = {"day": day, "month": month, "be": be, "ce": ce}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def form_values(response) -> dict[str, str]:
    """Every value that a browser would send back from the form of `response`, unchanged."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {name: value for form in forms for bound in form for name, value in sent(bound)}


def sent(bound: BoundField) -> Iterator[tuple[str, str]]:
    """What a browser sends for one input, or for the parts of a composed one."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, MultiWidget):
        parts = value if isinstance(value, list) else widget.decompress(value)
        for suffix, part in zip(widget.widgets_names, parts, strict=True):
            yield f"{bound.html_name}{suffix}", "" if part is None else str(part)
    elif isinstance(widget, CheckboxInput):
        if value:
            yield bound.html_name, "on"
    elif isinstance(widget, CheckboxSelectMultiple):
        if value:
            yield bound.html_name, [str(key) for key in value]
    elif not isinstance(widget, FileInput):
        yield bound.html_name, "" if value is None else str(value)


def answer(client, url: str, answers: dict, **options):
    """Send an action's screen what a person would: with the digest that the screen itself holds."""
    form = client.get(url).context["form"]
    held = {name: form.initial[name] for name in ("seen",) if name in form.fields}
    return client.post(url, held | answers, **options)


def seen(response) -> dict[str, str]:
    """The tick that says that the warnings of a screen were looked at."""
    return {"warnings_seen": response.context["form"].checklist.seen}


@pytest.fixture
def new_release(desk) -> Callable[..., dict]:
    """The values of an empty form with a Thai text, to send to `ADD_URL`."""

    def values(**changed) -> dict:
        found = form_values(desk.get(ADD_URL)) | {
            "title_th": "สำนักงาน ก.พ. ประชุมทักษะดิจิทัล",
            "body_th": "<p>เลขาธิการ ก.พ. เป็นประธาน</p>",
            "topic": str(TopicFactory().pk),
        }
        return found | changed

    return values
