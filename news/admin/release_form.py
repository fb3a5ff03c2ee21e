"""The form of a working copy."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from news.admin.as_typed import AsTypedForm
from news.admin.autosaves import AutosavedForm
from news.admin.together import OneAtATimeForm
from news.admin.uploads import ATTACHMENT_TYPES, PHOTO_TYPES, ManyFilesField
from news.models import Photo, Precision, PressRelease

EDITOR = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "NoSpellCheck": False,
}
"""What the text editor offers: no more than `news.html.sanitise` keeps."""


def body_field(**kwargs) -> ProseEditorFormField:
    widget = AdminProseEditorWidget(config={"extensions": EDITOR}, preset="configurable")
    return ProseEditorFormField(
        config={"extensions": EDITOR}, widget=widget, required=False, **kwargs
    )


class NamedPeopleField(forms.ModelMultipleChoiceField):
    """The people of the desk, one box each; those who left stay while they are named."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        super().__init__(required=False, **kwargs)

    def offer(self, release: PressRelease) -> None:
        people = get_user_model().objects.filter(is_active=True, is_staff=True)
        if release.pk:
            people |= release.named.all()
        self.queryset = people.distinct().order_by("first_name", "username")

    def label_from_instance(self, user) -> str:
        full_name = user.get_full_name()
        return f"{full_name} ({user.get_username()})" if full_name else user.get_username()


class PressReleaseForm(OneAtATimeForm, AutosavedForm, AsTypedForm):
    """A working copy, and the files that are to be added to it."""

    new_photos = ManyFilesField(
        accept=PHOTO_TYPES,
        label=_("Add photos"),
        help_text=_("JPEG, PNG or WebP, any number at once."),
    )
    new_attachments = ManyFilesField(
        accept=ATTACHMENT_TYPES,
        label=_("Add attachments"),
        help_text=_("PDF, DOCX, XLSX or CSV, at most 50 MB each."),
    )
    translation_holds = forms.BooleanField(
        required=False, label=_("The translation is right all the same")
    )
    cover = forms.ModelChoiceField(
        Photo.objects.none(), required=False, label=_("Cover photo"), empty_label=None
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "named" in self.fields:
            self.fields["named"].offer(self.instance)
        if self.instance.pk:
            self.fields["cover"].queryset = self.instance.photos.all()
            chosen = self.data.get(self.add_prefix("cover"), "")
            if chosen.isdecimal() and not Photo.objects.filter(pk=chosen).exists():
                self.data = self.data.copy()
                del self.data[self.add_prefix("cover")]  # removed meanwhile, as is its button
            self.initial.setdefault("cover", self.instance.cover_id)

    @cached_property
    def cover_key(self) -> str:
        """The chosen cover's key, as its radio button has it; empty for the first photo."""
        return str(self["cover"].value() or "")

    def clean(self) -> dict:
        cleaned = super().clean()
        self._check_readings("event_date", "event_other", "event_precision")
        self._check_readings("dated", "dated_other", "dated_precision")
        return cleaned

    def _check_readings(self, day: str, other: str, precision: str) -> None:
        """A second reading belongs to a doubt, and a doubt needs a first reading."""
        values = self.cleaned_data
        if other not in values or day not in values:
            return  # its own error is shown already
        if values[other] and values.get(precision) != Precision.DOUBT:
            self.add_error(
                precision,
                ValidationError(
                    _("There are two readings of this date: say that it is in doubt."), "not_doubt"
                ),
            )
        if values[other] and not values[day]:
            self.add_error(
                day, ValidationError(_("Fill in the first reading as well."), "no_first_reading")
            )
