#!/usr/bin/env python3
"""Compile the catalogues of locale/, or check them; needs no GNU gettext.

Without arguments it compiles every .po that is newer than its .mo. With `--check` it names every
message that is fuzzy, untranslated or has other placeholders, and exits 1 if there is one. With
`--tidy` it writes every .po anew in one form, whichever tool wrote it before.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"
# %(name)s and %s of Python, {name} of str.format.
PLACEHOLDER = re.compile(r"%(?:\([^)]+\))?[sd]|\{\w*\}")


def catalogues() -> list[Path]:
    """Every .po file of the project."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def tidy(source: Path) -> None:
    """Lines as long as the code's, and nothing that changes with every extraction."""
    catalogue = polib.pofile(str(source), wrapwidth=100)
    for changing in ("POT-Creation-Date", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(changing, None)
    catalogue.save()


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside `source` if it is missing or older; say whether it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    # Written aside and renamed: a site that starts meanwhile never reads half a catalogue.
    unfinished = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def faults(source: Path) -> Iterator[str]:
    """One sentence for each message of `source` that would show wrong on a Thai page."""
    for entry in polib.pofile(str(source)):
        if entry.obsolete:
            continue
        where = f"{source.relative_to(LOCALE.parent)}:{entry.linenum}: {entry.msgid!r}"
        translations = [entry.msgstr, *entry.msgstr_plural.values()]
        if entry.fuzzy:
            yield f"{where} is marked fuzzy"
        elif not entry.translated():
            yield f"{where} has no translation"
        # Thai has one plural form: it stands for both of English and needs what the last one has.
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in filter(None, translations):
            if set(PLACEHOLDER.findall(text)) != wanted:
                yield f"{where} has other placeholders than {text!r}"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        found = [fault for source in catalogues() for fault in faults(source)]
        print("\n".join(found) or f"{len(catalogues())} catalogue(s) complete")
        return 1 if found else 0
    if sys.argv[1:] == ["--tidy"]:
        for source in catalogues():
            tidy(source)
        return 0
    for source in catalogues():
        if compile_catalogue(source):
            print(f"compiled {source.relative_to(LOCALE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
