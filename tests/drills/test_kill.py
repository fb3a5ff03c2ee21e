"""The server is killed (SIGKILL, with all its processes) at random moments of an upload, a saving,
a publication and a scheduling: what the desk confirmed is there, and nothing is there by halves.
"""

import hashlib
import http.client
import io
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from deploy.lab.processes import Data, Web
from tests.drills.desk_client import Editor

MOMENTS = int(os.environ.get("OCSC_DRILL_MOMENTS", "200"))
PASSWORD = "k7m4q-long-enough"
PIECE = 64 * 1024

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300 + 15 * MOMENTS)]

PREPARE = """
import io, json
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from news import jobs, media
from news.models import PressRelease, Topic
user = get_user_model().objects.create_user("drill", password={password!r}, is_staff=True)
user.groups.add(Group.objects.get(name="publisher"))
topic = Topic.objects.create(slug="drill", name_th="ซ้อม", name_en="Drill")
def release(number):
    return PressRelease.objects.create(
        topic=topic, title_th=f"ข่าวที่ {{number}}", body_th="<p>เนื้อหา</p>",
        title_en=f"Release {{number}}", body_en="<p>Text</p>", created_by=user,
        gallery_description_th="ภาพ", gallery_description_en="Photos")
stream = io.BytesIO()
Image.effect_noise((320, 200), 60).save(stream, "JPEG")
keys = []
for number in range({count}):
    made = release(number)
    keys.append(made.pk)
media.add_photo(release=PressRelease.objects.get(pk=keys[0]),
                file=SimpleUploadedFile("one.jpg", stream.getvalue(), "image/jpeg"))
jobs.run_waiting()
print(json.dumps(keys))
"""


def noise(seed: int) -> bytes:
    """A photo of about half a megabyte that no other round sends."""
    picture = Image.frombytes("L", (900, 600), random.Random(seed).randbytes(900 * 600))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


class Site:
    """The site under drill: its server, its editor, its database as it lies on the disk."""

    def __init__(self, folder) -> None:
        self.data = Data(folder, WEB_CONCURRENCY="1", OCSC_CHECK_LINKS="0")
        for command in ("migrate --noinput -v0", "collectstatic --noinput -v0"):
            self.data.manage(*command.split())
        script = PREPARE.format(password=PASSWORD, count=1 + MOMENTS + len(KINDS))
        printed = self.data.manage("shell", "--no-imports", "-v0", "-c", script)
        self.first, *self.keys = json.loads(printed.strip().splitlines()[-1])
        self.web = Web(self.data)
        self.editor = Editor(self.web.port)
        self.editor.sign_in("drill", PASSWORD)

    def restart(self) -> None:
        self.web = Web(self.data)
        self.editor.port = self.web.port

    def rows(self, sql: str, *values) -> list[tuple]:
        with closing(sqlite3.connect(self.data.folder / "db.sqlite3")) as database:
            return database.execute(sql, values).fetchall()


def release_path(key: int) -> str:
    return f"/admin/news/pressrelease/{key}/change/"


class Save:
    """Headline, body and a photo's text are changed together."""

    name = "save"

    def __init__(self, site: Site, number: int) -> None:
        self.site, self.key, self.mark = site, site.first, f"รอบ {number}"
        self.path = release_path(self.key)
        self.values = site.editor.form(self.path, "pressrelease_form") | {
            "title_th": self.mark,
            "body_th": f"<p>{self.mark}</p>",
            "photos-0-alt_th": self.mark,
        }

    def do(self) -> bool:
        status, _location, _content = self.site.editor.send(self.path, self.values)
        assert status == 302, status
        return True

    def check(self, confirmed: bool) -> bool:  # noqa: FBT001
        ((title, body),) = self.site.rows(
            "SELECT title_th, body_th FROM news_pressrelease WHERE id = ?", self.key
        )
        ((alt,),) = self.site.rows("SELECT alt_th FROM news_photo WHERE release_id = ?", self.key)
        done = title == self.mark
        assert done or not confirmed, "a confirmed saving is lost"
        assert (body == f"<p>{self.mark}</p>") == done, "a saving is there by halves"
        assert (alt == self.mark) == done, "a saving is there by halves"
        saved = self.site.rows("SELECT digest FROM news_auditentry WHERE action = 'saved'")
        assert len(saved) == len(set(saved)), "a saving is noted twice"
        return done


class Upload:
    """A photo in pieces, and the form that adds it."""

    name = "upload"

    def __init__(self, site: Site, number: int) -> None:
        self.site, self.content = site, noise(number)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.key = site.keys[number]
        self.path = release_path(self.key)
        self.values = site.editor.form(self.path, "pressrelease_form")
        self.counted = 0

    def do(self) -> bool:
        note = self.send()
        status, _location, _content = self.site.editor.send(
            self.path, self.values | {"kept_photos": note}
        )
        assert status == 302, status
        return True

    def send(self) -> str:
        token = {"X_CSRFToken": self.values["csrfmiddlewaretoken"]}
        begin = {
            "client_id": self.sha256,
            "sha256": self.sha256,
            "kind": "photos",
            "name": "one.jpg",
            "size": str(len(self.content)),
            "release": str(self.key),
            "csrfmiddlewaretoken": self.values["csrfmiddlewaretoken"],
        }
        base = "/admin/news/pressrelease/uploads/"
        state = self.answer(self.site.editor.send(base, begin))
        assert state["received"] >= self.counted, "counted bytes are lost"
        while not state["done"]:
            at = state["received"]
            state = self.answer(
                self.site.editor.ask(
                    "POST",
                    f"{base}{self.sha256}/",
                    self.content[at : at + PIECE],
                    Content_Type="application/octet-stream",
                    Upload_Offset=str(at),
                    **token,
                )
            )
            self.counted = state["received"]
        return state["note"]

    @staticmethod
    def answer(told) -> dict:
        status, _location, content = told
        assert status == 200, (status, content[:300])
        return json.loads(content)

    def check(self, confirmed: bool) -> bool:  # noqa: FBT001
        photos = self.site.rows("SELECT sha256 FROM news_photo WHERE release_id = ?", self.key)
        done = photos == [(self.sha256,)]
        assert done or not confirmed, "a confirmed photo is lost"
        assert done or not photos
        if not done:
            # The editor goes on: what was counted isn't sent again, and the photo is there once.
            self.values = self.site.editor.form(self.path, "pressrelease_form")
            assert self.do()
            return self.check(confirmed=True) and False
        (file,) = (self.site.data.folder / "media/originals").rglob(f"{self.sha256}.jpg")
        assert hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256
        return True


class Publish:
    name = "publish"

    def __init__(self, site: Site, number: int) -> None:
        self.site, self.key = site, site.keys[number]
        self.path = f"/admin/news/pressrelease/{self.key}/do/publish/"
        form = site.editor.form(self.path, "action-form")
        assert "warnings_seen" not in form
        self.values = form | {"force": "ซ้อม", "languages": "both"} | self.moment()

    def moment(self) -> dict[str, str]:
        return {"when": "now"}

    def do(self) -> bool:
        status, _location, content = self.site.editor.send(self.path, self.values)
        assert status == 302, (status, content[-3000:])
        return True

    def check(self, confirmed: bool) -> bool:  # noqa: FBT001
        versions = self.site.rows(
            "SELECT id, title_th, title_en, body_th, body_en, checksum FROM news_version"
            " WHERE release_id = ?",
            self.key,
        )
        assert len(versions) <= 1, "published twice"
        done = bool(versions)
        assert done or not confirmed, "a confirmed publication is lost"
        deeds = self.site.rows(
            "SELECT action FROM news_auditentry WHERE release_id = ?"
            " AND action IN ('published', 'scheduled')",
            self.key,
        )
        assert len(deeds) == len(versions), "the audit trail says otherwise"
        if done:
            assert all(versions[0][1:]), "published by halves"
            self.check_reader()
        return done

    def check_reader(self) -> None:
        """A reader has both languages, or neither; and the search finds what is live."""
        ((code,),) = self.site.rows("SELECT code FROM news_pressrelease WHERE id = ?", self.key)
        found = {self.site.editor.ask("GET", f"/{lang}/news/{code}/")[0] for lang in ("th", "en")}
        assert found == {self.readers_get}, found

    readers_get = 200


class Schedule(Publish):
    name = "schedule"
    readers_get = 404

    def moment(self) -> dict[str, str]:
        at = timezone.localtime(timezone.now() + timedelta(days=2))
        return {
            "when": "later",
            "at_day": str(at.day),
            "at_month": str(at.month),
            "at_be": str(at.year + 543),
            "at_ce": "",
            "at_time": "14.00",
        }


KINDS = (Upload, Save, Publish, Schedule)


class Attempt(threading.Thread):
    """One deed of the editor, begun `wait` seconds from now, beside which the server dies."""

    def __init__(self, deed, wait: float) -> None:
        super().__init__(daemon=True)
        self.deed, self.wait = deed, wait
        self.confirmed, self.wrong, self.seconds = False, None, 0.0

    def run(self) -> None:
        time.sleep(self.wait)
        begin = time.monotonic()
        try:
            self.confirmed = self.deed.do()
        except (OSError, http.client.HTTPException):
            pass  # the server is gone, as was meant
        except AssertionError as error:
            self.wrong = error
        self.seconds = time.monotonic() - begin


class Usual:
    """How long each kind of deed takes: its moments are drawn from just beyond that."""

    def __init__(self, site: Site) -> None:
        """Do each kind once, side by side as ever, on a server that lives."""
        attempts = [Attempt(kind(site, MOMENTS + place), 0) for place, kind in enumerate(KINDS)]
        for attempt in attempts:
            attempt.start()
        for attempt in attempts:
            attempt.join(60)
            assert attempt.confirmed, attempt.wrong
        self.seconds = {attempt.deed.name: attempt.seconds for attempt in attempts}

    def moment(self, kind: str, chance: random.Random) -> float:
        return chance.uniform(0, 1.4 * self.seconds[kind])

    def learn(self, attempt: Attempt, moment: float) -> None:
        kind = attempt.deed.name
        longest = self.seconds[kind]
        if attempt.confirmed:
            self.seconds[kind] = 0.7 * longest + 0.3 * attempt.seconds
        elif moment > longest:  # cut short: it takes longer than that
            self.seconds[kind] = 1.25 * moment


def kill_beside(site: Site, numbers: range, usual: Usual, chance: random.Random) -> list[Attempt]:
    """One death of the server, which meets four deeds at a moment of its own each."""
    deeds = [KINDS[number % 4](site, number) for number in numbers]
    moments = [usual.moment(deed.name, chance) for deed in deeds]
    death = max(moments) + 0.05
    attempts = [Attempt(deed, death - moment) for deed, moment in zip(deeds, moments, strict=True)]
    begin = time.monotonic()
    for attempt in attempts:
        attempt.start()
    time.sleep(max(0, begin + death - time.monotonic()))
    site.web.stop(signal.SIGKILL)
    for attempt, moment in zip(attempts, moments, strict=True):
        attempt.join(40)
        assert not attempt.is_alive()
        if attempt.wrong:
            raise attempt.wrong
        usual.learn(attempt, moment)
    return attempts


def test_killed_at_random_moments(tmp_path, evidence):
    seed = os.environ.get("OCSC_DRILL_SEED", "2026")
    site, chance = Site(tmp_path / "data"), random.Random(seed)
    usual = Usual(site)
    counts: dict[str, Counter] = {}
    for first in range(0, MOMENTS, 4):
        attempts = kill_beside(site, range(first, min(first + 4, MOMENTS)), usual, chance)
        site.restart()
        for attempt in attempts:
            done = attempt.deed.check(attempt.confirmed)
            found = counts.setdefault(attempt.deed.name, Counter())
            found["moments"] += 1
            found["confirmed before"] += attempt.confirmed
            found["done though never confirmed"] += done and not attempt.confirmed
            found["not done"] += not done
    for name, found in counts.items():  # deaths that all came too soon, or too late, prove nothing
        if found["moments"] >= 25:
            assert found["confirmed before"], (name, found)
            assert found["not done"], (name, found)
    site.data.manage("work", "--once")
    assert site.rows("PRAGMA integrity_check") == [("ok",)]
    left = site.rows("SELECT kind, error FROM news_job WHERE done_at IS NULL AND attempts > 0")
    assert left == [], left
    site.data.manage("verify")  # raises where a version or the chain does not hold
    site.web.stop()
    evidence(f"{MOMENTS} moments in {-(-MOMENTS // 4)} deaths of the server, seed {seed}")
    for name, found in counts.items():
        evidence(f"{name}: " + ", ".join(f"{what} {count}" for what, count in found.items()))
    evidence("nothing that was confirmed was lost, nothing was there by halves or twice")
    evidence("integrity check of the database ok, all waiting work finished by itself, verify ok")
