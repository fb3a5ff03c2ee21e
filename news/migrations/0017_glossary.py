"""A glossary that begins with the Commission's own names, and who may read and write in it."""

from django.db import migrations

from news.checking.glossary import STARTING_TERMS

MAY_READ = ("writer", "editor", "publisher", "administrator")
MAY_WRITE = MAY_READ[1:]


def add_starting_terms(apps, schema_editor) -> None:
    terms = apps.get_model("news", "GlossaryTerm")
    terms.objects.bulk_create(
        terms(
            kind=_kind(term),
            name_th=term.name_th,
            name_en=term.name_en,
            variants_th="\n".join(term.variants_th),
            variants_en="\n".join(term.variants_en),
        )
        for term in STARTING_TERMS
    )


def _kind(term) -> str:
    if "เลขาธิการ" in term.name_th:
        return "post"
    return "word" if term.name_en.islower() else "office"


def allow(apps, schema_editor) -> None:
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="news", model="glossaryterm"
    )
    groups = apps.get_model("auth", "Group").objects
    for verb in ("view", "add", "change", "delete"):
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=kind,
            codename=f"{verb}_glossaryterm",
            defaults={"name": f"Can {verb} glossary term"},
        )
        for group in groups.filter(name__in=MAY_READ if verb == "view" else MAY_WRITE):
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("news", "0016_checking")]

    operations = [
        migrations.RunPython(add_starting_terms, migrations.RunPython.noop),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
