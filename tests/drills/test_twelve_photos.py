"""Twelve photographs of 24 megapixels, sent three at a time as a browser sends them."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageEnhance

from benchmarks.images import draw_calm
from deploy.lab.processes import Data, Web
from tests.drills.desk_client import Editor

PASSWORD = "k7m4q-long-enough"
PIECE = 2 * 1024**2
UPLOADS = "/admin/news/pressrelease/uploads/"

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

PREPARE = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from news.models import PressRelease, Topic
topic = Topic.objects.create(slug="drill", name_th="ซ้อม", name_en="Drill")
user = get_user_model().objects.create_user("drill", password={PASSWORD!r}, is_staff=True)
user.groups.add(Group.objects.get(name="writer"))
release = PressRelease.objects.create(
    topic=topic, title_th="ข่าว", body_th="<p>ข่าว</p>", created_by=user)
print(release.pk)
"""


def photographs(folder) -> list[bytes]:
    """Twelve that differ in their light, so that none is taken for another."""
    draw_calm(folder / "drawn.jpg")
    contents = []
    with Image.open(folder / "drawn.jpg") as drawn:
        drawn.load()
        for number in range(12):
            path = folder / f"{number}.jpg"
            ImageEnhance.Brightness(drawn).enhance(0.8 + number / 30).save(path, quality=92)
            contents.append(path.read_bytes())
    return contents


def send(editor: Editor, content: bytes, release: int, token: str) -> str:
    """The whole conversation of one file; returns what the form sends along."""
    sha256 = hashlib.sha256(content).hexdigest()
    values = {"client_id": sha256, "sha256": sha256, "kind": "photos", "name": "photo.jpg"}
    values |= {"size": str(len(content)), "release": str(release), "csrfmiddlewaretoken": token}
    state = json.loads(editor.send(UPLOADS, values)[2])
    while not state["done"]:
        at = state["received"]
        _status, _location, told = editor.ask(
            "POST",
            f"{UPLOADS}{sha256}/",
            content[at : at + PIECE],
            Content_Type="application/octet-stream",
            Upload_Offset=str(at),
            X_CSRFToken=token,
        )
        state = json.loads(told)
    return state["note"]


def test_twelve_photos_reach_the_editor(tmp_path, evidence):
    data = Data(tmp_path / "data")
    for command in ("migrate --noinput -v0", "collectstatic --noinput -v0"):
        data.manage(*command.split())
    release = int(data.manage("shell", "--no-imports", "-v0", "-c", PREPARE).split()[-1])
    contents = photographs(tmp_path)
    with Web(data) as web:
        editor = Editor(web.port)
        editor.sign_in("drill", PASSWORD)
        path = f"/admin/news/pressrelease/{release}/change/"
        values = editor.form(path, "pressrelease_form")
        began, spent = time.monotonic(), web.cpu_seconds()
        with ThreadPoolExecutor(3) as pool:
            token = values["csrfmiddlewaretoken"]
            notes = list(pool.map(lambda content: send(editor, content, release, token), contents))
        there = time.monotonic() - began
        # A form has one value a name, but for these.
        kept = "".join(f"&kept_photos={note}" for note in notes)
        status, _location, _content = editor.ask(
            "POST",
            path,
            (editor.encoded(values) + kept).encode(),
            Content_Type="application/x-www-form-urlencoded",
        )
        saved, spent = time.monotonic() - began, web.cpu_seconds() - spent
        assert status == 302, status
        page = editor.ask("GET", path)[2].decode()
        assert page.count('class="photo-card"') == 12
    began = time.monotonic()
    data.manage("work", "--once")
    made = time.monotonic() - began
    megabytes = sum(map(len, contents)) / 1024**2
    evidence(f"twelve JPEGs of 24 megapixels, {megabytes:.0f} MB: received after {there:.1f} s")
    evidence(f"in the release and shown after {saved:.1f} s, {spent:.1f} CPU s of the server")
    evidence(f"all derivatives made by one worker {made:.1f} s later")
    assert saved <= 12, "the editor waits too long"
