"""Short links that lead nowhere, and who at the desk may see them: everybody."""

from django.db import migrations, models

ROLES = ("writer", "editor", "publisher", "administrator")


def grant(apps, schema_editor) -> None:
    """Django itself adds the permission only after the last migration."""
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="news", model="keymiss"
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="view_keymiss",
        defaults={"name": "Can view short links that lead nowhere"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(permission)


def revoke(apps, schema_editor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(codename="view_keymiss"))


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0026_derivative_sha256"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyMiss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "short links that lead nowhere",
                "verbose_name_plural": "short links that lead nowhere",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "key"), name="key_miss_once")
                ],
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
