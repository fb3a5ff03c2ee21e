"""All rules, in the order in which they are shown.

`benchmarks/checking.py` measures each on real releases; a new rule belongs there too.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from news.checking import dates, links, lookalikes, pictures, wording
from news.checking.drafts import Draft
from news.checking.findings import Finding, Level, Rule

RULES = (
    Rule("description", Level.BLOCKING, _("Photos without a description"), pictures.descriptions),
    Rule("dead-link", Level.BLOCKING, _("Links within this site"), links.own),
    Rule("era", Level.WARNING, _("Buddhist and Common era"), dates.eras),
    Rule("no-such-day", Level.WARNING, _("Days that do not exist"), dates.no_such_day),
    Rule("headline-date", Level.WARNING, _("Headline and text"), dates.headline_and_body),
    Rule("weekday", Level.WARNING, _("Weekday and date"), dates.weekday),
    Rule("future", Level.WARNING, _("Dates that lie ahead"), dates.in_the_future),
    Rule("two-digit-year", Level.WARNING, _("Years of two digits"), dates.two_digit_years),
    Rule("english", Level.WARNING, _("English text"), wording.missing_english),
    Rule("names", Level.WARNING, _("Official names"), wording.official_names),
    Rule("unclean", Level.WARNING, _("Invisible characters and broken marks"), wording.unclean),
    Rule("capture-date", Level.WARNING, _("Days of the photos"), pictures.taken_on_another_day),
    Rule("photos-alike", Level.WARNING, _("Photos that are alike"), pictures.alike),
    Rule("external-link", Level.WARNING, _("Links to other sites"), links.elsewhere),
    Rule("release-alike", Level.WARNING, _("Releases that are alike"), lookalikes.alike),
)


def check(draft: Draft) -> Iterator[Finding]:
    """What the rules find in `draft`: blocking first, each rule's in the order of the text."""
    found = [Finding(rule, problem) for rule in RULES for problem in rule.find(draft)]
    yield from sorted(found, key=lambda finding: not finding.blocks)
