"""Fill the site from the API's answer of the other one:

manage fill RELEASES.json PHOTOS    `PHOTOS` is the folder with the files that it names
"""

import json
from datetime import date
from pathlib import Path

from django.core.files.images import ImageFile
from django.core.management import BaseCommand
from wagtail.images.models import Image
from wagtail.models import Page, Site

from benchmarks.wagtail_site.press.models import SPECS, Photo, PressIndex, Release, Topic

TITLE = Page._meta.get_field("title").max_length


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("releases", type=Path)
        parser.add_argument("photos", type=Path)

    def handle(self, *, releases, photos, **_options):
        root = Page.objects.get(depth=1)
        for page in root.get_children():
            page.delete()
        root.refresh_from_db()
        index = root.add_child(instance=PressIndex(title="ข่าว", slug="news"))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": index}
        )
        for given in json.loads(releases.read_text(encoding="utf-8")):
            page = self._release(index, given)
            for number, photo in enumerate(given["photos"]):
                self._photo(page, number, photo, photos)
            self.stdout.write(page.get_url())

    def _release(self, index, given):
        topic = None
        if given["topic"]:
            topic, _made = Topic.objects.get_or_create(
                slug=given["topic"]["slug"], defaults={"name": given["topic"]["name"]["th"]}
            )
        contact = given["contact"] or {}
        event = given["event"]["date"] if given["event"] else None
        index.refresh_from_db()
        return index.add_child(
            instance=Release(
                # Wagtail has no room for the longest headlines.
                title=given["title"]["th"][:TITLE],
                slug=given["id"],
                summary=given["summary"].get("th", ""),
                body=given["body_html"]["th"],
                topic=topic,
                dated=date.fromisoformat(given["dated"]["date"]),
                event=date.fromisoformat(event) if event else None,
                contact=(contact.get("name") or {}).get("th", ""),
                telephone=contact.get("phone", ""),
                email=contact.get("email", ""),
            )
        )

    def _photo(self, page, number, given, folder):
        name = given["files"][-1]["url"].rpartition("/")[2]
        with (folder / name).open("rb") as file:
            image = Image.objects.create(title=name, file=ImageFile(file, name=name))
        Photo.objects.create(
            page=page,
            image=image,
            sort_order=number,
            caption=given["caption"].get("th", ""),
            alt=given["alt"].get("th", ""),
        )
        image.get_renditions(*SPECS)
