"""What can be done to what readers see: each action with its words, its questions and its door.

The screens are the same for all (`action_views`); everything that changes the record is one
function of `news.publishing`, whose refusals are shown beside the answers that were given.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from news import publishing
from news.admin.dates import EraDateTimeField
from news.admin.status import Standing, Status
from news.models import PressRelease, Version
from news.publishing import Notes, OnScheduled
from news.thai.text import normalise


class ActionForm(forms.Form):
    """The questions of an action about `release`, which stands as `standing`."""

    def __init__(self, *args, release: PressRelease, standing: Standing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.release = release
        self.standing = standing

    def arguments(self) -> dict:
        """The answers as the door's function takes them."""
        return {}


class NotesForm(ActionForm):
    """Asks for what readers are to be told."""

    note_th = forms.CharField(
        label=_("What readers are told, in Thai"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "th"}),
    )
    note_en = forms.CharField(
        label=_("What readers are told, in English"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )

    def arguments(self) -> dict:
        notes = (normalise(self.cleaned_data[f"note_{language}"]) for language in ("th", "en"))
        return super().arguments() | {"notes": Notes(*notes)}


class ReasonForm(NotesForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Version.Reason.choices])
    field_order = ("reason", "note_th", "note_en")

    def arguments(self) -> dict:
        return super().arguments() | {"reason": self.cleaned_data["reason"]}


class RemoveForm(ReasonForm):
    cancel_scheduled = forms.BooleanField(
        label=_("Also cancel the version that is scheduled"), required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.standing.scheduled is None or self.standing.live is None:
            del self.fields["cancel_scheduled"]

    def arguments(self) -> dict:
        cancel = self.cleaned_data.get("cancel_scheduled")
        return super().arguments() | {
            "on_scheduled": OnScheduled.CANCEL if cancel else OnScheduled.REFUSE
        }


class MergeForm(NotesForm):
    into = forms.CharField(
        label=_("Code of the release that it is merged into"),
        max_length=12,
        help_text=_("The six letters and digits at the end of its short URL."),
    )
    field_order = ("into", "note_th", "note_en")

    def clean_into(self) -> PressRelease:
        code = self.cleaned_data["into"].strip().lower()
        found = PressRelease.objects.filter(code=code).first()
        if found is None:
            raise ValidationError(_("There is no release with this code."), "no_such_code")
        return found

    def arguments(self) -> dict:
        return super().arguments() | {"into": self.cleaned_data["into"]}


class MomentForm(ActionForm):
    at = EraDateTimeField(label=_("Publish on"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.standing.scheduled is not None:
            self.initial.setdefault("at", self.standing.scheduled.visible_from)

    def arguments(self) -> dict:
        return {"at": self.cleaned_data["at"]}


class PublishForm(NotesForm):
    """When, in which languages, and for a release that is live already, what kind of change."""

    NOW, LATER = "now", "later"
    BOTH = "both"

    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("Now")), (LATER, _("At a set time"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    at = EraDateTimeField(label=_("Publish on"), required=False)
    languages = forms.ChoiceField(
        label=_("Languages"), choices=(), widget=forms.RadioSelect, initial=BOTH
    )
    on_scheduled = forms.ChoiceField(
        label=_("The version that is scheduled"),
        choices=[
            (OnScheduled.CANCEL.value, _("Cancel it")),
            (OnScheduled.REBASE.value, _("Let it follow this one at its time, as it was frozen")),
        ],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("Kind of change"), choices=(), widget=forms.RadioSelect)
    field_order = ("when", "at", "languages", "kind", "note_th", "note_en", "on_scheduled")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.complete = self.release.languages()
        self._offer_languages()
        if self.standing.live is None:
            for name in ("kind", "note_th", "note_en"):
                del self.fields[name]
        else:
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in publishing.CHANGES]
        if self.standing.scheduled is None or self.standing.live is None:
            del self.fields["on_scheduled"]

    def _offer_languages(self) -> None:
        if len(self.complete) < 2:
            del self.fields["languages"]
            return
        self.fields["languages"].choices = [
            (self.BOTH, _("Thai and English together")),
            ("th", _("Thai only for now")),
            ("en", _("English only for now")),
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("when") == self.LATER and "at" in cleaned and cleaned["at"] is None:
            self.add_error("at", ValidationError(_("Fill in day and time."), "no_time"))
        return cleaned

    def arguments(self) -> dict:
        values = self.cleaned_data
        chosen = values.get("languages", self.BOTH)
        arguments: dict = {"languages": None if chosen == self.BOTH else (chosen,)}
        if self.standing.live is not None:
            arguments |= super().arguments() | {"kind": values["kind"]}
        if values["when"] == self.LATER:
            return arguments | {"at": values["at"]}
        if "on_scheduled" in values:
            arguments["on_scheduled"] = OnScheduled(values["on_scheduled"])
        return arguments


def publish_or_schedule(*, release: PressRelease, by, **arguments) -> Version:
    """One screen for both: with `at` it is a schedule."""
    door = publishing.schedule if "at" in arguments else publishing.publish
    return door(release=release, by=by, **arguments)


@dataclass(frozen=True, slots=True)
class DeskAction:
    """`consequence` tells before, `done` after; `possible` asks where a release stands.

    `shows_text`: the screen shows the working copy as readers will get it. `ends`: there is no way
    back, so the screen says so and only administrators are offered it.
    """

    name: str
    title: Promise
    button: Promise
    consequence: Promise
    done: Promise
    door: Callable[..., Version]
    possible: Callable[[Standing], bool]
    form: type[ActionForm] = ActionForm
    shows_text: bool = False
    ends: bool = False
    done_ahead: Promise | str = ""
    """Said in place of `done` where the version's moment lies ahead."""


PUBLISH = DeskAction(
    name="publish",
    title=_("Publish"),
    button=_("Publish"),
    consequence=_("This is what readers will see. Check it once more."),
    done=_("Published: version %(number)d."),
    done_ahead=_("Scheduled: version %(number)d will be live from %(moment)s, Thai time."),
    door=publish_or_schedule,
    possible=lambda standing: standing.live is None or standing.is_live,
    form=PublishForm,
    shows_text=True,
)

ACTIONS = {
    action.name: action
    for action in (
        PUBLISH,
        DeskAction(
            name="reschedule",
            title=_("Change the time"),
            button=_("Change the time"),
            consequence=_(
                "The version that was frozen for publication keeps its text and gets another time. "
                "To publish a changed text, cancel the schedule and publish again."
            ),
            done=_("The time was changed: version %(number)d."),
            door=publishing.reschedule,
            possible=lambda standing: standing.scheduled is not None,
            form=MomentForm,
        ),
        DeskAction(
            name="unschedule",
            title=_("Cancel the schedule"),
            button=_("Cancel the schedule"),
            consequence=_("Nothing will be published at the set time. The working copy stays."),
            done=_("The schedule of version %(number)d was cancelled."),
            door=publishing.cancel_schedule,
            possible=lambda standing: standing.scheduled is not None,
        ),
        DeskAction(
            name="withdraw",
            title=_("Withdraw"),
            button=_("Withdraw this release"),
            consequence=_(
                "The release leaves all lists, feeds and the search. Its page stays, "
                "with a banner that says when and why it was withdrawn. It can be restored."
            ),
            done=_("Withdrawn: version %(number)d."),
            door=publishing.withdraw,
            possible=lambda standing: standing.is_live,
            form=RemoveForm,
        ),
        DeskAction(
            name="restore",
            title=_("Restore"),
            button=_("Restore this release"),
            consequence=_(
                "The release is back in all lists with the text that it was withdrawn with."
            ),
            done=_("Restored: version %(number)d."),
            door=publishing.restore,
            possible=lambda standing: standing.status == Status.WITHDRAWN,
            form=NotesForm,
        ),
        DeskAction(
            name="merge",
            title=_("Merge with another release"),
            button=_("Merge"),
            consequence=_("The address of this release will lead to the other one for good."),
            done=_("Merged: version %(number)d."),
            door=publishing.merge,
            possible=lambda standing: standing.status in {Status.LIVE, Status.WITHDRAWN},
            form=MergeForm,
            ends=True,
        ),
        DeskAction(
            name="remove",
            title=_("Remove for good"),
            button=_("Remove for good"),
            consequence=_(
                "The page answers “removed”, with date and reason and without its text; "
                "so do all its former versions."
            ),
            done=_("Removed: version %(number)d."),
            door=publishing.remove,
            possible=lambda standing: standing.status in {Status.LIVE, Status.WITHDRAWN},
            form=RemoveForm,
            ends=True,
        ),
    )
}
"""By name, in the order in which they are offered."""
