"""The banners of a release's page: what a reader must know before the text."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from news.models import PressRelease, Version
from news.models.version import Text
from news.sharing.addresses import release_path, version_path
from news.views.dates import moment

ALERT = "alert"

TOLD_KINDS = (
    Version.Kind.CORRECTION,
    Version.Kind.CLARIFICATION,
    Version.Kind.UPDATE,
    Version.Kind.TRANSLATION,
    Version.Kind.RESTORED,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner. `lang` is the language of `text`; title and link speak the page's.

    `tone` names its look; "alert" also puts it above the headline.
    """

    tone: str
    title: str = ""
    text: str = ""
    lang: str = ""
    url: str = ""
    link: str = ""


def release_notices(version: Version, told: Version, lang: str) -> tuple[Notice, ...]:
    """The banners of a live version, most urgent first.

    `told` is the version by which readers were last told of a change (`news.corrections.told`).
    """
    return tuple(_live(version, told, lang))


def version_notices(
    version: Version, told: Version, current: Version, lang: str
) -> tuple[Notice, ...]:
    """The banners of `/v/<n>/`, where `current` is the release's version in force."""
    since = _withdrawn_since(version, current, lang)
    return (*since, _place(version, current, lang), *_live(version, told, lang))


def _withdrawn_since(version: Version, current: Version, lang: str) -> Iterator[Notice]:
    """Who cites an older version must learn that the release as a whole was withdrawn."""
    if current.kind == Version.Kind.WITHDRAWN and current.number != version.number:
        yield withdrawn(current, current.text(lang), lang)


def _live(version: Version, told: Version, lang: str) -> Iterator[Notice]:
    text = version.text(lang)
    if version.kind == Version.Kind.WITHDRAWN:
        yield withdrawn(version, text, lang)
    elif told.kind in TOLD_KINDS:
        yield _change(told, told.text(lang), lang)
    if version.behind == text.lang:
        yield _behind(version, text, lang)
    if version.origin == PressRelease.Origin.SAMPLE:
        yield Notice(
            "sample",
            gettext("This is a sample."),
            gettext(
                "It was written to show how this archive works; what it reports did not happen."
            ),
            lang,
        )
    stated = version.translation_status != PressRelease.Translation.UNSTATED
    if text.lang != version.original_language and stated:
        yield _translation(version, lang)
    if version.source_url:
        yield Notice(
            "plain",
            text=gettext("This text was taken over from another page."),
            lang=lang,
            url=version.source_url,
            link=gettext("The original page"),
        )


def withdrawn(version: Version, text: Text | None, lang: str) -> Notice:
    date = moment(version.visible_from, lang).text
    return Notice(
        ALERT,
        gettext("This press release was withdrawn on %(date)s: %(reason)s.")
        % {"date": date, "reason": version.get_reason_display()},
        text.note if text else "",
        text.lang if text else lang,
    )


def _change(version: Version, text: Text, lang: str) -> Notice:
    date = moment(version.visible_from, lang).text
    return Notice(
        "change",
        gettext("%(kind)s, %(date)s")
        % {"kind": _sentence_case(version.get_kind_display()), "date": date},
        text.note,
        text.lang,
        version_path(lang, version.code, version.number - 1),
        gettext("Read the previous version"),
    )


def _behind(version: Version, text: Text, lang: str) -> Notice:
    """The other language was changed first; this one says so until it follows."""
    date = moment(version.visible_from, lang).text
    if text.lang == "en":
        said = gettext(
            "The Thai text was changed on %(date)s. This English text has not followed yet."
        )
        link = gettext("Read the Thai text")
    else:
        said = gettext(
            "The English text was changed on %(date)s. This Thai text has not followed yet."
        )
        link = gettext("Read the English text")
    other = "th" if text.lang == "en" else "en"
    url = release_path(other, version.code, version.slug)
    return Notice("change", said % {"date": date}, lang=lang, url=url, link=link)


def _place(version: Version, current: Version, lang: str) -> Notice:
    since = moment(version.visible_from, lang).text
    url = release_path(lang, current.code, current.slug)
    if version.number == current.number:
        return Notice(
            "plain",
            gettext("Version %(number)d: the current one, since %(since)s.")
            % {"number": version.number, "since": since},
            lang=lang,
            url=url,
            link=gettext("The press release's own page"),
        )
    return Notice(
        ALERT,
        gettext("This is version %(number)d, shown from %(since)s to %(until)s. It is out of date.")
        % {
            "number": version.number,
            "since": since,
            "until": moment(version.visible_until, lang).text,
        },
        lang=lang,
        url=url,
        # Of a withdrawn release none is current.
        link=gettext("The press release's own page")
        if current.kind == Version.Kind.WITHDRAWN
        else gettext("Read the current version"),
    )


def _translation(version: Version, lang: str) -> Notice:
    if version.translation_status == PressRelease.Translation.ARCHIVE:
        said = gettext("This translation was made for this archive and is not an official one.")
    else:
        said = gettext("This is an official translation.")
    original = version.original_language
    return Notice(
        "plain",
        text=said,
        lang=lang,
        url=release_path(original, version.code, version.slug)
        if original in version.languages
        else "",
        link=gettext("Read the Thai original")
        if original == "th"
        else gettext("Read the English original"),
    )


def _sentence_case(label: str) -> str:
    return label[:1].upper() + label[1:]
