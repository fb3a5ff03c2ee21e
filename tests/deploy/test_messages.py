"""Every text of the interface is there in Thai, whole."""

import gettext
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

specification = importlib.util.spec_from_file_location("messages", ROOT / "deploy/messages.py")
messages = importlib.util.module_from_spec(specification)
specification.loader.exec_module(messages)

HEADER = r"""msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"

"""


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Write a catalogue with the given entries; return its path."""
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    source = tmp_path / "locale/th/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)

    def write(entries: str) -> Path:
        source.write_text(HEADER + entries)
        return source

    return write


def test_the_projects_catalogues_have_no_fault():
    assert [fault for source in messages.catalogues() for fault in messages.faults(source)] == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Draft"\nmsgstr ""\n', "has no translation"),
        ('#, fuzzy\nmsgid "Draft"\nmsgstr "ร่าง"\n', "is marked fuzzy"),
        ('msgid "By %(name)s"\nmsgstr "โดย"\n', "has other placeholders"),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "วัน"\n', "other placeholders"),
    ],
)
def test_a_text_that_would_show_wrong_is_named(catalogue, entry, fault):
    (found,) = set(messages.faults(catalogue(entry)))
    assert fault in found


def test_a_compiled_catalogue_is_what_gettext_reads_and_is_compiled_once(catalogue):
    source = catalogue(
        'msgid "Draft"\nmsgstr "ร่าง"\n\n'
        'msgctxt "month"\nmsgid "May"\nmsgstr "พฤษภาคม"\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s วัน"\n'
    )
    assert messages.compile_catalogue(source)
    assert not messages.compile_catalogue(source)
    with source.with_suffix(".mo").open("rb") as compiled:
        thai = gettext.GNUTranslations(compiled)
    assert thai.gettext("Draft") == "ร่าง"
    assert thai.pgettext("month", "May") == "พฤษภาคม"
    assert thai.ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s วัน"


def test_tidying_keeps_every_text_and_drops_what_changes_with_every_extraction(catalogue):
    source = catalogue(
        '#, python-format\nmsgid "%(n)s days, and more of them"\nmsgstr "%(n)s วัน"\n'
    )
    source.write_text(source.read_text().replace("Content", "POT-Creation-Date: 2026\\nContent", 1))
    messages.tidy(source)
    once = source.read_text()
    assert "POT-Creation-Date" not in once
    assert 'msgstr "%(n)s วัน"' in once
    messages.tidy(source)
    assert source.read_text() == once
