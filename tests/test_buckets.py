"""Uploads in an S3-compatible bucket: taken in, prepared, handed out, backed up, as on a disk."""

import boto3
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from news import backups, media, publishing
from news.exporting.verification import CHECKS
from news.models import Derivative, Version
from tests.factories import PressReleaseFactory, add_photo
from tests.test_media import PDF, upload

pytestmark = pytest.mark.django_db(transaction=True)

# botocore tells its own callers of what it will stop doing.
warnings = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def bucket(settings, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    bucket = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1").Bucket("media")
    bucket.create()
    options = {
        "bucket_name": "media",
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "default_acl": None,
        "file_overwrite": False,
    }
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": backend}
    yield bucket
    server.stop()


@warnings
def test_a_release_lives_in_a_bucket_and_comes_back_from_a_backup(bucket, client, tmp_path):
    release = PressReleaseFactory(slug="a-release")
    add_photo(release)
    media.add_attachment(release=release, file=upload("a.pdf", PDF))
    assert any(each.key.startswith("originals/") for each in bucket.objects.all())

    path = f"/media/{Derivative.objects.first().hash}/a.jpg"
    assert client.get(path).status_code == 404  # a draft's
    publishing.publish(release=release)
    shown = client.get(path)
    assert shown.status_code == 200
    assert len(b"".join(shown)) > 100
    assert client.get("/media/originals/a.jpg").status_code == 404

    made = backups.make(tmp_path, timezone.now())
    for each in bucket.objects.all():
        each.delete()
    assert not default_storage.exists(Derivative.objects.first().path)
    manifest = backups.restore(made, replace=True)
    assert len([name for name in manifest["files"] if name.startswith("media/")]) > 5
    assert [fault for check in CHECKS.values() for fault in check()] == []
    assert Version.objects.count() == 1
