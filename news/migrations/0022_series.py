"""Series of releases, and who at the desk may make them: whoever may make topics."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

ROLES = ("editor", "publisher", "administrator")
MODELS = ("series", "seriespart")


def grant(apps, schema_editor) -> None:
    """Django itself adds the permissions only after the last migration."""
    permissions = apps.get_model("auth", "Permission").objects
    for model in MODELS:
        kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="news", model=model
        )
        for action in ("view", "add", "change", "delete"):
            permission, _made = permissions.get_or_create(
                content_type=kind,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {model}"},
            )
            for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
                group.permissions.add(permission)


def revoke(apps, schema_editor) -> None:
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="news", content_type__model__in=MODELS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0021_previews_and_translations"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use a-z, 0-9 and hyphens."
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="name"),
                ),
                (
                    "name_th",
                    models.CharField(
                        blank=True, default="", max_length=200, null=True, verbose_name="name"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", max_length=200, null=True, verbose_name="name"
                    ),
                ),
                (
                    "description",
                    models.TextField(blank=True, default="", verbose_name="description"),
                ),
                (
                    "description_th",
                    models.TextField(blank=True, default="", null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, default="", null=True, verbose_name="description"),
                ),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "ordering": ("slug",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("name_th__gt", ""),
                            ("name_th__isnull", False),
                            ("name_en__gt", ""),
                            ("name_en__isnull", False),
                        ),
                        name="series_has_both_names",
                        violation_error_message="A series needs a Thai and an English name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriesPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_part",
                        to="news.pressrelease",
                        verbose_name="press release",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="news.series",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of the series",
                "verbose_name_plural": "parts of the series",
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
