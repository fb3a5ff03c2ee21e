"""Unsaved texts, each of the form it was typed in: one place for all made one end another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0030_version_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnsavedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=32)),
                ("values", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unsaved_texts",
                        to="news.pressrelease",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "release", "key"), name="unsaved_text_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("release__isnull", True)),
                        fields=("user", "key"),
                        name="unsaved_text_once_for_a_new_release",
                    ),
                ],
            },
        ),
    ]
