"""What readers searched for in vain, and who at the desk may see it: everybody."""

from django.db import migrations

ROLES = ("writer", "editor", "publisher", "administrator")


def grant(apps, schema_editor) -> None:
    """Django itself adds the permission only after the last migration."""
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="news", model="searchmiss"
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="view_searchmiss",
        defaults={"name": "Can view searches without a result"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(permission)


def revoke(apps, schema_editor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(codename="view_searchmiss"))


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0023_autosave"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="searchmiss",
            options={
                "verbose_name": "searches without a result",
                "verbose_name_plural": "searches without a result",
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
