"""The database keeps the record append-only from its first row on."""

from django.db import migrations

from news import record_guards


def install(apps, schema_editor) -> None:
    record_guards.install(schema_editor.connection)


def remove(apps, schema_editor) -> None:
    record_guards.remove(schema_editor.connection)


def create_epoch(apps, schema_editor) -> None:
    apps.get_model("news", "Epoch").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial")]

    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(create_epoch, migrations.RunPython.noop),
    ]
