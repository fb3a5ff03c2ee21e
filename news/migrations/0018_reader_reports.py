"""What readers report as wrong, and who at the desk may see it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

MAY = {
    "editor": ("view", "change"),
    "publisher": ("view", "change"),
    "administrator": ("view", "change", "delete"),
}


def grant(apps, schema_editor) -> None:
    """Django itself adds the permissions only after the last migration."""
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="news", model="readerreport"
    )
    permissions = apps.get_model("auth", "Permission").objects
    for role, actions in MAY.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=role):
            for action in actions:
                permission, _made = permissions.get_or_create(
                    content_type=kind,
                    codename=f"{action}_readerreport",
                    defaults={"name": f"Can {action} error report"},
                )
                group.permissions.add(permission)


def revoke(apps, schema_editor) -> None:
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="news", codename__endswith="_readerreport").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0017_glossary"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReaderReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version_number", models.PositiveIntegerField(verbose_name="version")),
                ("language", models.CharField(max_length=2, verbose_name="language")),
                ("quote", models.TextField(blank=True, default="", verbose_name="marked text")),
                ("message", models.TextField(verbose_name="what the reader wrote")),
                (
                    "email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="reader's email"
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="received"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("answered", "dealt with"),
                            ("dismissed", "dismissed"),
                        ],
                        default="new",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "remark",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="remark of the desk"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="closed"),
                ),
                (
                    "closed_by",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=150,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reader_reports",
                        to="news.pressrelease",
                        verbose_name="press release",
                    ),
                ),
            ],
            options={
                "verbose_name": "error report",
                "verbose_name_plural": "error reports",
                "default_permissions": ("view", "change", "delete"),
                "indexes": [
                    models.Index(fields=["state", "-received_at"], name="reader_report_by_state")
                ],
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
