"""The SHA-256 of every file that the public may get, so that whoever downloads one can check it."""

from django.db import migrations, models
from django.db.models import F


def know_what_is_known(apps, schema_editor) -> None:
    """An attachment's file is its original. Photos' files are read by the worker, and the data
    files, which name the hashes, made anew after that.
    """
    derivatives = apps.get_model("news", "Derivative").objects
    derivatives.filter(recipe="as-is").update(sha256=F("master_sha256"))
    if derivatives.filter(sha256="").exists():
        jobs = apps.get_model("news", "Job").objects
        jobs.get_or_create(kind="hashes", key="all")
        jobs.get_or_create(
            kind="open data", key="hashes of photos", defaults={"payload": {"all": True}}
        )


class Migration(migrations.Migration):
    dependencies = [("news", "0025_account_deeds")]

    operations = [
        migrations.AddField(
            model_name="derivative",
            name="sha256",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunPython(know_what_is_known, migrations.RunPython.noop),
    ]
