"""Days and moments as a page shows them: words in the page's era, ISO 8601 for machines."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from news.models import Precision, Version
from news.thai.dates import CommonYear, format_date, format_datetime, format_month


@dataclass(frozen=True, slots=True)
class DateText:
    """One date in words. `iso` is a valid `<time datetime>`, empty where no day is known."""

    iso: str
    text: str
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a date is in doubt: the words of the source, and every day that they could mean."""

    statement: str
    printed: str
    readings: tuple[DateText, ...]


@dataclass(frozen=True, slots=True)
class DateLine:
    """One line of a release's dates: a label with a date, or with a doubt."""

    label: str
    date: DateText | None = None
    doubt: Doubt | None = None


def day(value: date, lang: str, style: str = "long") -> DateText:
    return DateText(value.isoformat(), format_date(value, lang, style=style))


def moment(value: datetime, lang: str) -> DateText:
    """A moment to the minute, in Thai time."""
    local = timezone.localtime(value)
    return DateText(local.isoformat(timespec="minutes"), format_datetime(value, lang))


def stated(value: date | None, precision: str, lang: str, style: str = "long") -> DateText:
    """A stored day, no more exact than its precision says."""
    if value is None or precision == Precision.UNKNOWN:
        return DateText("", gettext("unknown"))
    if precision == Precision.MONTH:
        return DateText(f"{value:%Y-%m}", format_month(CommonYear(value.year), value.month, lang))
    return DateText(
        value.isoformat(), format_date(value, lang, style=style), precision == Precision.DOUBT
    )


def dated(version: Version, lang: str, style: str = "short") -> DateText:
    """The release's own day, as lists show it."""
    return stated(version.dated, version.dated_precision, lang, style)


def release_dates(version: Version, lang: str) -> tuple[DateLine, ...]:
    """The dates of a release's page: event, publication, arrival in the archive, last change."""
    lines = [_event(version, lang), *_publication(version, lang)]
    if version.last_changed > version.first_published:
        lines.append(DateLine(gettext("Updated"), moment(version.last_changed, lang)))
    return tuple(line for line in lines if line)


def unpublished_dates(version: Version, lang: str) -> tuple[DateLine, ...]:
    """The same for a preview: of a publication that has not happened there is no date."""
    lines = [_event(version, lang)]
    if version.first_published < version.visible_from:
        lines += _publication(version, lang)
        lines.append(DateLine(gettext("Updated"), DateText("", gettext("not yet published"))))
    else:
        label = gettext("First published")
        lines.append(DateLine(label, DateText("", gettext("not yet published"))))
    return tuple(line for line in lines if line)


def _event(version: Version, lang: str) -> DateLine | None:
    label = gettext("Date of the event")
    if version.event_date is None:
        return None
    if version.event_precision == Precision.DOUBT:
        return DateLine(
            label,
            doubt=Doubt(
                gettext("In doubt: the original gives different dates."),
                version.event_source,
                _readings(version.event_date, version.event_other, lang),
            ),
        )
    return DateLine(label, stated(version.event_date, version.event_precision, lang))


def _publication(version: Version, lang: str) -> list[DateLine]:
    first_day = timezone.localtime(version.first_published).date()
    trusted = version.dated_precision in (Precision.EXACT, Precision.DAY)
    if trusted and version.dated == first_day:
        return [DateLine(gettext("First published"), moment(version.first_published, lang))]
    label = gettext("Date of the press release")
    if version.dated_precision == Precision.DOUBT:
        line = DateLine(label, doubt=_doubt_of_dated(version, lang))
    else:
        line = DateLine(label, stated(version.dated, version.dated_precision, lang))
    return [line, DateLine(gettext("Added to this archive"), moment(version.first_published, lang))]


def _doubt_of_dated(version: Version, lang: str) -> Doubt:
    filed = gettext("In doubt. This archive files it under %(date)s.") % {
        "date": format_date(version.dated, lang)
    }
    if _same_doubt(version):
        return Doubt(filed, "", ())
    return Doubt(filed, version.dated_source, _readings(version.dated, version.dated_other, lang))


def _same_doubt(version: Version) -> bool:
    """Whether the event's date is in doubt for the same reason: said once, that is enough."""
    return (
        version.event_precision == Precision.DOUBT
        and version.event_source == version.dated_source
        and {version.event_date, version.event_other} == {version.dated, version.dated_other}
    )


def _readings(first: date, other: date | None, lang: str) -> tuple[DateText, ...]:
    """The days that a doubtful date could be, earliest first, with their weekdays."""
    days = sorted({first, other} - {None})
    return tuple(day(value, lang, "weekday") for value in days)
