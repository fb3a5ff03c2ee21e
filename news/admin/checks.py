"""The checklist of a release: on its form, on the screens that lead to readers, and the cleaning of
its text.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news import translating
from news.admin.as_typed import TEXTS
from news.admin.pasted import tidy
from news.audit import note
from news.checking.addresses import external
from news.checking.drafts import LANGUAGES
from news.checking.findings import Finding
from news.checking.gathering import findings, glossary, note_bands
from news.checking.visiting import queue
from news.checking.wording import suggestions
from news.freezing import digest
from news.html import plain
from news.models import AuditEntry, PressRelease
from news.thai.characters import MARK, SARA_AM
from news.thai.text import Change, clean, single_line

AROUND = 24
"""Characters of text on each side of a change."""

_MARK = re.compile(f"[{MARK}{SARA_AM}]")
_MARKUP = re.compile("<[^>]*>")

NAMES = {
    "\u00a0": "NBSP",
    "\u00ad": "SHY",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LS",
    "\u2029": "PS",
    "\u2060": "WJ",
    "\ufeff": "BOM",
    "\ufffc": "OBJ",
    "\t": "TAB",
}
"""What the characters that nobody sees are called, by the Unicode chart."""


@dataclass(frozen=True, slots=True)
class Item:
    """One finding as the checklist shows it; `place` is the id of where to mend it."""

    rule: str
    title: str
    message: str
    quote: str
    where: str
    place: str
    lang: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """`seen` is the same as long as the warnings are the same: it is what a tick confirms."""

    blocking: list[Item]
    warnings: list[Item]
    seen: str

    @property
    def has_unclean_text(self) -> bool:
        return any(item.rule == "unclean" for item in self.warnings)


def checklist(release: PressRelease, known: QuerySet | None = None) -> Checklist:
    """What the checks find in `release`, told in the desk's language."""
    found = findings(release, known)
    keys = sorted(finding.key for finding in found if not finding.blocks)
    return Checklist(
        [_item(finding) for finding in found if finding.blocks],
        [_item(finding) for finding in found if not finding.blocks],
        hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16] if keys else "",
    )


def _item(finding: Finding) -> Item:
    problem = finding.problem
    name, _mark, suffix = problem.field.rpartition("_")
    lang = suffix if suffix in LANGUAGES else ""
    return Item(
        rule=finding.rule.id,
        title=str(finding.rule.title),
        message=problem.message,
        quote=problem.quote,
        where=_where(name if lang else problem.field, lang),
        place=problem.target or f"id_{problem.field}",
        lang=lang,
    )


def _where(name: str, lang: str) -> str:
    """What the form calls a field."""
    if name == "photos":
        return gettext("Photos")
    label = capfirst(PressRelease._meta.get_field(name).verbose_name)
    if not lang:
        return label
    return gettext("%(field)s (%(language)s)") % {
        "field": label,
        "language": PressRelease.Language(lang).label,
    }


# -- before publishing -----------------------------------------------------------------------------


NOT_SEEN = _("Look at the warnings and tick that you have seen them.")


class ChecklistForm(forms.Form):
    """Mixed into the forms of screens that lead to readers: nothing that blocks may be left, and
    the warnings have to be seen. Needs `release` and `user`.
    """

    asks_for_tick = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.asks_for_tick and self.checklist.warnings:
            self.fields["warnings_seen"] = forms.BooleanField(
                label=_("I have looked at the warnings"),
                error_messages={"required": NOT_SEEN},
                widget=forms.CheckboxInput(attrs={"value": self.checklist.seen}),
            )

    @cached_property
    def checklist(self) -> Checklist:
        known = PressRelease.objects.all()
        if self.user is not None:
            known = known.seen_by(self.user, timezone.now())
        return checklist(self.release, known)

    def clean(self) -> dict | None:
        cleaned = super().clean()
        if self.checklist.blocking:
            raise ValidationError(
                _("The checklist names what has to be mended before readers see it."), "blocked"
            )
        ticked = self.data.get("warnings_seen")
        if "warnings_seen" in self.fields and ticked and ticked != self.checklist.seen:
            self.add_error("warnings_seen", ValidationError(NOT_SEEN, "other_warnings"))
        return cleaned


# -- after saving ----------------------------------------------------------------------------------


def after_saving(release: PressRelease) -> None:
    """What the checks need to know of a text that has changed."""
    note_bands([release])
    queue(external(release))


def official_names(release: PressRelease) -> list[dict]:
    """The glossary's terms that the Thai text names; `used` says whether the English has them."""
    thai = "\n".join(
        (release.title_th or "", release.summary_th or "", plain(release.body_th or ""))
    )
    english = "\n".join(
        (release.title_en or "", release.summary_en or "", plain(release.body_en or ""))
    )
    return [
        {"th": term.name_th, "en": term.name_en, "used": term.name_en in english}
        for term in suggestions(thai, glossary())
    ]


# -- cleaning --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mend:
    """One field that cleaning changes: `places` are its changes, each with the text round it."""

    field: str
    where: str
    lang: str
    after: str
    places: list[tuple[SafeString, SafeString]]


def mends(release: PressRelease) -> list[Mend]:
    """What cleaning would change, field by field."""
    found = []
    for name in TEXTS:
        for lang in LANGUAGES:
            field = f"{name}_{lang}"
            before = getattr(release, field) or ""
            after = _cleaned(release, name, before)
            if after == before:
                continue
            places = [
                _place(words, change)
                for words in _MARKUP.split(before)
                for change in clean(words).changes
            ]
            found.append(Mend(field, _where(name, lang), lang, after, places))
    return found


def _cleaned(release: PressRelease, name: str, text: str) -> str:
    if name == "body":
        return tidy(text).html
    cleaned = clean(text).text.strip()
    is_line = isinstance(release._meta.get_field(name), models.CharField)
    return single_line(cleaned) if is_line else cleaned


def _place(text: str, change: Change) -> tuple[SafeString, SafeString]:
    """A change with the text round it, before and after; what can't be seen is named."""
    left = text[max(0, change.start - AROUND) : change.start]
    right = text[change.end : change.end + AROUND]
    around = "{}<mark>{}</mark>{}"
    return (
        format_html(around, left, _visible(change.before), right),
        format_html(around, left, _visible(change.after), right),
    )


def _visible(text: str) -> SafeString:
    """`text` with a label in place of each character that leaves no trace on a screen."""
    pieces = []
    for char in text:
        name = NAMES.get(char) or ("" if char.isprintable() else f"U+{ord(char):04X}")
        if name:
            pieces.append(f'<span class="unseen">{name}</span>')
        elif _MARK.match(char):
            # Alone, or in a wrong order, a mark has nothing to stand on.
            name = unicodedata.name(char).removeprefix("THAI CHARACTER ")
            pieces.append(f'<span class="unseen">{name}</span>')
        else:
            pieces.append(escape(char))
    return mark_safe("".join(pieces) or "∅")  # noqa: S308 - every piece is escaped above


class CheckingViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/clean/", view(self.clean_text), name="news_pressrelease_clean"),
            *super().get_urls(),
        ]

    def clean_text(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what cleaning would change; POST changes just that, as one saving."""
        release = self._release(request, pk)
        if not self.has_change_permission(request, release):
            raise PermissionDenied
        found = mends(release)
        if request.method == "POST" and found:
            found = self._clean(request, release)
            told = gettext("Cleaned the text: %(fields)s.") % {
                "fields": ", ".join(mend.where for mend in found)
            }
            messages.success(request, told)
            return HttpResponseRedirect(self.change_url(release))
        context = self._context(request, release, gettext("Clean the text")) | {"mends": found}
        return TemplateResponse(request, "admin/news/pressrelease/clean.html", context)

    @staticmethod
    @transaction.atomic
    def _clean(request: HttpRequest, release: PressRelease) -> list[Mend]:
        """Cleans what stands there now, whoever has saved it meanwhile."""
        release = PressRelease.objects.select_for_update().get(pk=release.pk)
        found = mends(release)
        for mend in found:
            setattr(release, mend.field, mend.after)
        # No word has changed: a translation that was right still is.
        translating.note_saved(release, set(), holds=not release.translation_is_stale)
        release.revision += 1
        release.save()
        after_saving(release)
        note(AuditEntry.Action.SAVED, by=request.user, release=release, digest=digest(release))
        return found
