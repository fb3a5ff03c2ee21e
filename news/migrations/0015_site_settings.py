"""What the desk sets for all public pages, and that publishers and administrators may."""

from django.db import migrations, models

ROLES = ("publisher", "administrator")
MAY = {
    "view_sitesettings": "Can view site settings",
    "change_sitesettings": "Can change site settings",
}


def permissions(apps) -> list:
    """Django itself adds them only after the last migration."""
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="news", model="sitesettings"
    )
    objects = apps.get_model("auth", "Permission").objects
    return [
        objects.get_or_create(content_type=kind, codename=codename, defaults={"name": name})[0]
        for codename, name in MAY.items()
    ]


def grant(apps, schema_editor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*permissions(apps))


def revoke(apps, schema_editor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*permissions(apps))


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0014_corrections_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("created", "began the release"),
                    ("saved", "changed the working copy"),
                    ("taken_back", "took an old version to the desk"),
                    ("discarded", "discarded the draft"),
                    ("submitted", "asked for review"),
                    ("recalled", "took back the request for review"),
                    ("returned", "returned it with a note"),
                    ("approved", "approved"),
                    ("published", "published"),
                    ("scheduled", "scheduled"),
                    ("rescheduled", "changed the time"),
                    ("unscheduled", "cancelled the schedule"),
                    ("signed_off", "looked over what was published without approval"),
                    ("withdrawn", "withdrew"),
                    ("restored", "restored"),
                    ("removed", "removed for good"),
                    ("merged", "merged with another release"),
                    ("limited", "changed who may see it"),
                    ("viewed", "looked at a release under embargo"),
                    ("shared", "made a preview link"),
                    ("unshared", "revoked a preview link"),
                    ("site_set", "changed what stands round every page"),
                    ("exported", "exported the audit trail"),
                ],
                max_length=12,
                verbose_name="action",
            ),
        ),
        migrations.CreateModel(
            name="SiteSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "in_mourning",
                    models.BooleanField(
                        default=False,
                        help_text="Public pages in black and white, photos without their colours.",
                        verbose_name="national mourning",
                    ),
                ),
                (
                    "banner_shown",
                    models.BooleanField(
                        default=False,
                        help_text="Above every public page.",
                        verbose_name="show the notice",
                    ),
                ),
                (
                    "banner_level",
                    models.CharField(
                        choices=[("info", "for information"), ("urgent", "urgent")],
                        default="info",
                        max_length=8,
                        verbose_name="weight",
                    ),
                ),
                (
                    "banner_th",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="notice in Thai"
                    ),
                ),
                (
                    "banner_en",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="notice in English"
                    ),
                ),
                (
                    "banner_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Left empty: until it is switched off here.",
                        null=True,
                        verbose_name="shown until",
                    ),
                ),
                (
                    "contact_th",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="office and telephone, in Thai",
                    ),
                ),
                (
                    "contact_en",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="office and telephone, in English",
                    ),
                ),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True,
                        default="",
                        help_text="The privacy notice and the accessibility statement name it: whoever reads it can have a release taken down, or knows who can.",
                        max_length=254,
                        verbose_name="email",
                    ),
                ),
            ],
            options={
                "verbose_name": "site settings",
                "verbose_name_plural": "site settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="site_settings_are_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("banner_shown", False),
                            models.Q(("banner_th__gt", ""), ("banner_en__gt", "")),
                            _connector="OR",
                        ),
                        name="banner_speaks_both_languages",
                        violation_error_message="A notice that is shown needs its text in both languages.",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
