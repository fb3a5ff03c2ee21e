"""What can be done to what readers see: each action with its words, its questions and its door.

The screens are the same for all (`action_views`); everything that changes the record is one
function of `news.publishing`, whose refusals are shown beside the answers that were given.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from news import publishing, reviewing, workflow
from news.admin.checks import ChecklistForm
from news.admin.dates import EraDateTimeField
from news.admin.status import Standing
from news.models import AuditEntry, PressRelease, Version
from news.publishing import Notes, OnScheduled
from news.thai.text import normalise
from news.workflow import Stage, Step


class ActionForm(forms.Form):
    """The questions of an action about `release`, which stands as `standing`, to `user`."""

    def __init__(
        self, *args, release: PressRelease, standing: Standing, user=None, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.release = release
        self.standing = standing
        self.user = user

    def arguments(self) -> dict:
        """The answers as the door's function takes them."""
        return {}


def _area(label, *, required: bool, help_text="") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=1000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RemarkForm(ActionForm):
    """A word to whoever is told of it."""

    note = _area(_("A note to the others"), required=False)

    def arguments(self) -> dict:
        return {"note": normalise(self.cleaned_data["note"])}


class SubmitForm(ChecklistForm, RemarkForm):
    """A reviewer is not asked to find what a machine finds."""

    asks_for_tick = False


class ReturnForm(RemarkForm):
    note = _area(_("What is to be changed"), required=True)


class SeenForm(ActionForm):
    """Carries the digest of what was on the screen: no other text is approved or published."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.standing.digest

    def clean(self) -> dict:
        cleaned = super().clean()
        # Shown once more, the form stands beside the text as it is now.
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.standing.digest
        return cleaned

    def arguments(self) -> dict:
        return super().arguments() | {"seen": self.cleaned_data["seen"]}


class ApproveForm(ChecklistForm, SeenForm, RemarkForm):
    asks_for_tick = False


class WhyForm(ActionForm):
    """Asks for the reason, which everybody concerned is told."""

    reason = _area(
        _("Reason"), required=True, help_text=_("Everybody who works on this release is told.")
    )

    def arguments(self) -> dict:
        return super().arguments() | {"reason": normalise(self.cleaned_data["reason"])}


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
        known = PressRelease.objects.seen_by(self.user, timezone.now())
        found = known.filter(code=code).first()
        if found is None:
            raise ValidationError(_("There is no release with this code."), "no_such_code")
        return found

    def arguments(self) -> dict:
        return super().arguments() | {"into": self.cleaned_data["into"]}


class MomentForm(WhyForm):
    field_order = ("at", "reason")

    at = EraDateTimeField(label=_("Publish on"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.standing.scheduled is not None:
            self.initial.setdefault("at", self.standing.scheduled.visible_from)

    def arguments(self) -> dict:
        return super().arguments() | {"at": self.cleaned_data["at"]}


EXPLAINED = {
    Version.Kind.CORRECTION: _("Something was wrong: a name, a number, a date."),
    Version.Kind.CLARIFICATION: _("Nothing was wrong, but it could be misunderstood."),
    Version.Kind.UPDATE: _("Something has happened since, or was added."),
    Version.Kind.TRANSLATION: _("The other language was added; nothing else changed."),
    Version.Kind.MINOR: _("A slip of the pen or a better photo. Readers are not told."),
}
"""What each kind of change is for."""


def _explained(kind: Version.Kind) -> SafeString:
    return format_html(
        '<strong>{}</strong> <span class="quiet">{}</span>', kind.label, EXPLAINED[kind]
    )


class PublishForm(ChecklistForm, SeenForm, NotesForm):
    """When, in which languages, and for a release that is live already, what kind of change."""

    NOW, LATER = "now", "later"
    BOTH, THAI_AHEAD, ENGLISH_AHEAD = "both", "th_ahead", "en_ahead"

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
    force = _area(
        _("Why this can’t wait for a second person"),
        required=True,
        help_text=_(
            "Nobody else has approved this text. It can be published all the same; the reason is "
            "kept, and the release stays on the front page of the desk until another editor has "
            "looked it over."
        ),
    )
    field_order = (
        "when",
        "at",
        "languages",
        "kind",
        "note_th",
        "note_en",
        "on_scheduled",
        "force",
        "warnings_seen",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.complete = self.release.languages()
        self._offer_languages()
        if self.standing.live is None:
            for name in ("kind", "note_th", "note_en"):
                del self.fields[name]
        else:
            self.fields["kind"].choices = [
                (kind.value, _explained(kind)) for kind in publishing.CHANGES
            ]
            for name in ("note_th", "note_en"):
                self.fields[name].help_text = _("Needed for every kind but a minor change.")
        if self.standing.review.stage == Stage.APPROVED:
            del self.fields["force"]
        if self.standing.scheduled is None or self.standing.live is None:
            del self.fields["on_scheduled"]

    def _offer_languages(self) -> None:
        if len(self.complete) < 2:
            del self.fields["languages"]
            return
        field, live = self.fields["languages"], self.standing.live
        if live is None or len(live.languages) < len(self.complete):
            field.choices = [
                (self.BOTH, _("Thai and English together")),
                ("th", _("Thai only for now")),
                ("en", _("English only for now")),
            ]
            return
        field.choices = [
            (self.BOTH, _("Both: the two texts say the same")),
            (
                self.THAI_AHEAD,
                _("Thai now, English later: the English page says that it has not followed yet"),
            ),
            (
                self.ENGLISH_AHEAD,
                _("English now, Thai later: the Thai page says that it has not followed yet"),
            ),
        ]
        if self.release.translation_is_stale:
            field.initial = None
            field.help_text = _(
                "The original was changed after the translation was written: choose what is true."
            )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("when") == self.NOW:
            # Half a time, begun before "now" was chosen, is on the screen no longer.
            self.errors.pop("at", None)
        if cleaned.get("when") == self.LATER and "at" in cleaned and cleaned["at"] is None:
            self.add_error("at", ValidationError(_("Fill in day and time."), "no_time"))
        return cleaned

    def arguments(self) -> dict:
        values = self.cleaned_data
        chosen = values.get("languages", self.BOTH)
        language, _underscore, ahead = chosen.partition("_")
        arguments: dict = {
            "languages": None if chosen == self.BOTH else (language,),
            "other_follows": bool(ahead),
            "seen": values["seen"],
        }
        if "force" in values:
            arguments["force"] = normalise(values["force"])
        if self.standing.live is not None:
            arguments |= super().arguments() | {"kind": values["kind"]}
        if "on_scheduled" in values:
            arguments["on_scheduled"] = OnScheduled(values["on_scheduled"])
        if values["when"] == self.LATER:
            arguments["at"] = values["at"]
        return arguments


def publish_or_schedule(*, release: PressRelease, by, **arguments) -> Version:
    """One screen for both: with `at` it is a schedule."""
    door = publishing.schedule if "at" in arguments else publishing.publish
    return door(release=release, by=by, **arguments)


@dataclass(frozen=True, slots=True)
class DeskAction:
    """`consequence` tells before, `done` after; `steps` are those of the newsroom's table that it
    takes, whichever is possible.

    `shows_text`: the screen shows the working copy as readers will get it; `shows_forced`: what was
    published without approval. `ends`: there is no way back, so the screen says so.
    """

    name: str
    steps: tuple[Step, ...]
    title: Promise
    button: Promise
    consequence: Promise
    done: Promise
    door: Callable[..., Version | AuditEntry]
    form: type[ActionForm] = ActionForm
    shows_text: bool = False
    shows_forced: bool = False
    ends: bool = False
    done_ahead: Promise | str = ""
    """Said in place of `done` where the version's moment lies ahead."""

    def is_possible(self, standing: Standing) -> bool:
        """Whether anybody could do it now."""
        return any(workflow.possible(step, standing.situation) for step in self.steps)

    def is_offered_to(self, user, standing: Standing) -> bool:
        return any(workflow.offered(step, standing.situation, user) for step in self.steps)

    def is_open_to(self, user) -> bool:
        """Whether `user` has the right, whatever the release."""
        return any(user.has_perm(workflow.EDGES[step].permission) for step in self.steps)


PUBLISH = DeskAction(
    name="publish",
    steps=(Step.PUBLISH, Step.FORCE),
    title=_("Publish"),
    button=_("Publish"),
    consequence=_("This is what readers will see. Check it once more."),
    done=_("Published: version %(number)d."),
    done_ahead=_("Scheduled: version %(number)d will be live from %(moment)s, Thai time."),
    door=publish_or_schedule,
    form=PublishForm,
    shows_text=True,
)

ACTIONS = {
    action.name: action
    for action in (
        DeskAction(
            name="submit",
            steps=(Step.SUBMIT,),
            title=_("Ask for review"),
            button=_("Ask for review"),
            consequence=_(
                "Somebody else looks at the text before it can be published. You can go on "
                "writing; what counts is the text that they approve."
            ),
            done=_("The release waits for review."),
            door=reviewing.submit,
            form=SubmitForm,
            shows_text=True,
        ),
        DeskAction(
            name="approve",
            steps=(Step.APPROVE,),
            title=_("Approve"),
            button=_("Approve this text"),
            consequence=_(
                "You approve exactly what you see here. Any change after it, of a photo too, ends "
                "the approval."
            ),
            done=_("Approved. It can be published now."),
            door=reviewing.approve,
            form=ApproveForm,
            shows_text=True,
        ),
        DeskAction(
            name="return",
            steps=(Step.RETURN,),
            title=_("Return with a note"),
            button=_("Return it"),
            consequence=_("The text goes back to those who wrote it."),
            done=_("Returned to its authors."),
            door=reviewing.send_back,
            form=ReturnForm,
            shows_text=True,
        ),
        DeskAction(
            name="recall",
            steps=(Step.RECALL,),
            title=_("Take back the request"),
            button=_("Take back the request"),
            consequence=_("The release no longer waits for review."),
            done=_("The request for review was taken back."),
            door=reviewing.recall,
        ),
        PUBLISH,
        DeskAction(
            name="sign-off",
            steps=(Step.SIGN_OFF,),
            title=_("Look over what was published without approval"),
            button=_("I have looked it over"),
            consequence=_(
                "This was published before a second person had seen it. Read it; if something is "
                "wrong, correct or withdraw it first."
            ),
            done=_("Looked over. It is off the list."),
            door=reviewing.sign_off,
            form=RemarkForm,
            shows_forced=True,
        ),
        DeskAction(
            name="reschedule",
            steps=(Step.RESCHEDULE,),
            title=_("Change the time"),
            button=_("Change the time"),
            consequence=_(
                "The version that was frozen for publication keeps its text and gets another time. "
                "To publish a changed text, cancel the schedule and publish again."
            ),
            done=_("The time was changed: version %(number)d."),
            door=publishing.reschedule,
            form=MomentForm,
        ),
        DeskAction(
            name="unschedule",
            steps=(Step.UNSCHEDULE,),
            title=_("Cancel the schedule"),
            button=_("Cancel the schedule"),
            consequence=_("Nothing will be published at the set time. The working copy stays."),
            done=_("The schedule of version %(number)d was cancelled."),
            door=publishing.cancel_schedule,
            form=WhyForm,
        ),
        DeskAction(
            name="withdraw",
            steps=(Step.WITHDRAW,),
            title=_("Withdraw"),
            button=_("Withdraw this release"),
            consequence=_(
                "The release leaves all lists, feeds and the search. Its page stays, "
                "with a banner that says when and why it was withdrawn. It can be restored."
            ),
            done=_("Withdrawn: version %(number)d."),
            door=publishing.withdraw,
            form=RemoveForm,
        ),
        DeskAction(
            name="restore",
            steps=(Step.RESTORE,),
            title=_("Restore"),
            button=_("Restore this release"),
            consequence=_(
                "The release is back in all lists with the text that it was withdrawn with."
            ),
            done=_("Restored: version %(number)d."),
            door=publishing.restore,
            form=NotesForm,
        ),
        DeskAction(
            name="merge",
            steps=(Step.MERGE,),
            title=_("Merge with another release"),
            button=_("Merge"),
            consequence=_("The address of this release will lead to the other one for good."),
            done=_("Merged: version %(number)d."),
            door=publishing.merge,
            form=MergeForm,
            ends=True,
        ),
        DeskAction(
            name="remove",
            steps=(Step.REMOVE,),
            title=_("Remove for good"),
            button=_("Remove for good"),
            consequence=_(
                "The page answers “removed”, with date and reason and without its text; "
                "so do all its former versions."
            ),
            done=_("Removed: version %(number)d."),
            door=publishing.remove,
            form=RemoveForm,
            ends=True,
        ),
    )
}
"""By name, in the order in which they are offered."""
