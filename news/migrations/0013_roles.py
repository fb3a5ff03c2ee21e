"""The newsroom's four roles, each with all that the one before it may do; the audit trail's guards.

Whoever changes the groups' permissions later keeps them: migrating backwards takes away only the
groups themselves.
"""

from django.db import migrations

from news import record_guards

WRITER = (
    "news.view_pressrelease",
    "news.add_pressrelease",
    "news.change_pressrelease",
    "news.delete_pressrelease",
    "news.submit_pressrelease",
    "news.view_photo",
    "news.add_photo",
    "news.change_photo",
    "news.delete_photo",
    "news.view_attachment",
    "news.add_attachment",
    "news.change_attachment",
    "news.delete_attachment",
    "news.view_topic",
    "news.view_shortlink",
    "news.view_visit",
)
EDITOR = (
    "news.approve_pressrelease",
    "news.add_topic",
    "news.change_topic",
    "news.add_shortlink",
    "news.view_legacypath",
    "news.view_formermiss",
)
PUBLISHER = (
    "news.publish_pressrelease",
    "news.delete_topic",
    "news.add_legacypath",
    "news.change_legacypath",
    "news.delete_legacypath",
    # To ask for one; an administrator approves it.
    "news.view_erasure",
    "news.add_erasure",
    "news.delete_erasure",
)
ADMINISTRATOR = (
    "news.end_pressrelease",
    "news.change_erasure",
    "news.view_auditentry",
    "news.export_auditentry",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.delete_user",
    "auth.view_group",
)
ROLES = {
    "writer": WRITER,
    "editor": WRITER + EDITOR,
    "publisher": WRITER + EDITOR + PUBLISHER,
    "administrator": WRITER + EDITOR + PUBLISHER + ADMINISTRATOR,
}


def create(apps, schema_editor) -> None:
    for name, wanted in ROLES.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, label) for label in wanted))


def _permission(apps, label: str):
    """A permission that Django itself adds only after the last migration."""
    app, codename = label.split(".")
    model = codename.partition("_")[2]
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": _name(apps, app, model, codename)}
    )
    return permission


def _name(apps, app: str, model: str, codename: str) -> str:
    options = apps.get_model(app, model)._meta
    return dict(options.permissions).get(
        codename, f"Can {codename.partition('_')[0]} {options.model_name}"
    )


def remove(apps, schema_editor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


def install(apps, schema_editor) -> None:
    record_guards.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0012_desk_workflow"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        # Backwards, the audit trail's guards go with its table.
        migrations.RunPython(install, migrations.RunPython.noop),
        migrations.RunPython(create, remove),
    ]
