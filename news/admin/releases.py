"""Press releases at the desk: the list, and the form with its photos and attachments."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from news import audit, translating
from news.admin.as_typed import PastedViews
from news.admin.autosaves import AutosaveViews, forget
from news.admin.bilingual import BilingualAdmin, what_was_mended
from news.admin.checks import CheckingViews, after_saving, checklist, official_names
from news.admin.comparing import Row, stale_translation
from news.admin.filters import LanguageFilter, StatusFilter, TopicFilter
from news.admin.inlines import AttachmentInline, PhotoInline
from news.admin.release_form import NamedPeopleField, PressReleaseForm, body_field
from news.admin.repeated import is_again, remember, sent_before
from news.admin.shared_previews import SharedPreviewViews
from news.admin.sharing_views import SharingViews
from news.admin.status import Standing, standing, with_standing
from news.admin.together import TogetherViews, rows_of_files
from news.admin.upload_views import UploadViews
from news.admin.uploads import Uploads, receive, refusal
from news.audit import Action, note_view
from news.freezing import digest
from news.models import PressRelease, SourceDocument, Upload
from news.receiving import LARGEST
from news.search.desk import matching
from news.search.engine import SearchTooSlow
from news.sharing.addresses import absolute, release_path, short_path
from news.shown import moment
from news.workflow import Stage

PREVIEW, PUBLISH, SUBMIT = "_preview", "_publish", "_submit"
"""Names of the buttons that save and go on."""

FILTERED_BY = {"topic__id__exact", "origin__exact"}
"""Lookups of the filters that Django makes of a field."""


class ReleaseList(ChangeList):
    def get_queryset(self, request: HttpRequest, *args, **kwargs) -> QuerySet:
        return with_standing(super().get_queryset(request, *args, **kwargs), timezone.now())


@admin.register(PressRelease)
class PressReleaseAdmin(
    BilingualAdmin,
    CheckingViews,
    UploadViews,
    AutosaveViews,
    PastedViews,
    SharingViews,
    SharedPreviewViews,
    TogetherViews,
    TranslationAdmin,
):
    form = PressReleaseForm
    change_form_template = "admin/news/pressrelease/change_form.html"
    inlines = (PhotoInline, AttachmentInline)
    single_line_areas = ("title",)
    list_display = ("headline", "stands", "topic", "languages", "saved")
    list_filter = (StatusFilter, LanguageFilter, ("topic", TopicFilter), "origin")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    # Without any there is no box to type in; `get_search_results` asks the index.
    search_fields = ("title_th",)
    ordering = ("-updated_at", "-pk")
    fieldsets = [
        (
            _("Text"),
            {
                "fields": [
                    ("title_th", "title_en"),
                    ("summary_th", "summary_en"),
                    ("body_th", "body_en"),
                ],
                "classes": ("bilingual", "text"),
            },
        ),
        (
            _("Topic and dates"),
            {
                "fields": [
                    "topic",
                    ("event_date", "event_precision"),
                    ("event_other", "event_source"),
                    ("dated", "dated_precision"),
                    ("dated_other", "dated_source"),
                ],
                "classes": ("dates",),
            },
        ),
        (
            _("Photos"),
            {
                "fields": [("gallery_description_th", "gallery_description_en")],
                "classes": ("bilingual", "photos"),
            },
        ),
        (
            _("Press contact"),
            {
                "fields": [
                    ("contact_th", "contact_en"),
                    ("contact_phone", "contact_email"),
                ],
                "classes": ("bilingual", "contact"),
            },
        ),
        (
            _("Who may see it"),
            {"fields": ["is_limited", "named"], "classes": ("collapse", "limits")},
        ),
        (
            _("Address, origin, translation"),
            {
                "fields": [
                    ("slug", "source_url"),
                    ("original_language", "translation_status", "origin"),
                ],
                "classes": ("collapse", "origin"),
            },
        ),
    ]

    # -- the list ----------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return ReleaseList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Those of the filters: what else can be written into an address is more than a database
        takes, such as an expression that is none.
        """
        return lookup in FILTERED_BY or "__" not in lookup

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        try:
            return matching(queryset, search_term), False
        except SearchTooSlow:
            messages.warning(
                request,
                gettext("This search takes too long. Please ask for fewer or longer words."),
            )
            return queryset.none(), False

    @admin.display(description=_("headline"))
    def headline(self, release: PressRelease) -> SafeString:
        return format_html_join(
            "",
            '<span class="headline" lang="{}">{}</span>',
            (
                (lang, title)
                for lang in ("th", "en")
                if (title := getattr(release, f"title_{lang}"))
            ),
        )

    @admin.display(description=_("status"))
    def stands(self, release: PressRelease) -> SafeString:
        return standing_shown(standing(release, timezone.now()))

    @admin.display(description=_("languages"))
    def languages(self, release: PressRelease) -> str:
        names = {"th": gettext("Thai"), "en": gettext("English")}
        return ", ".join(names[language] for language in release.languages()) or "—"

    @admin.display(description=_("last saved"), ordering="updated_at")
    def saved(self, release: PressRelease) -> str:
        return moment(release.updated_at)

    # -- the form ----------------------------------------------------------------------------------

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "topic":
            # Topics have a screen of their own; here one is chosen.
            wrapper = field.widget
            wrapper.can_add_related = wrapper.can_change_related = False
            wrapper.can_delete_related = wrapper.can_view_related = False
        if db_field.name == "named":
            return NamedPeopleField(
                queryset=get_user_model().objects.none(),
                label=field.label,
                help_text=field.help_text,
            )
        if db_field.name in {"body_th", "body_en"}:
            body = body_field(label=field.label)
            body.widget.attrs["lang"] = body.language = db_field.language
            return body
        return field

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Files are received first: what is good is kept whatever the form says of the rest."""
        uploads = Uploads()
        if request.method == "POST" and self._may_save(request, object_id):
            uploads = receive(request)
            for name, reason in uploads.refused:
                messages.error(request, refusal(name, reason))
        elif request.method == "GET":
            uploads = self.waiting_uploads(request, object_id)
        request.desk_uploads = uploads
        context = {
            "uploads": uploads,
            "largest_photo": LARGEST[Upload.Kind.PHOTO],
            "largest_attachment": LARGEST[Upload.Kind.ATTACHMENT],
        } | (extra_context or {})
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, context)
        with transaction.atomic():
            sent = sent_before(request)
            made = self.get_object(request, str(sent.release)) if sent is not None else None
            if made is None or object_id not in {None, str(made.pk)}:
                return super().changeform_view(request, object_id, form_url, context)
            if is_again(request, sent, made):
                return self._go_on(request, made)
            return super().changeform_view(request, str(made.pk), form_url, context)

    def _may_save(self, request: HttpRequest, object_id: str | None) -> bool:
        if object_id is None:
            return self.has_add_permission(request)
        release = self.get_object(request, object_id)
        return release is not None and self.has_change_permission(request, release)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        release = context.get("original")
        if release is not None:
            note_view(request.user, release)
            now = standing(release, timezone.now())
            context |= {
                "standing": now,
                # A change of an approved text makes it wait for review again, by itself.
                "in_review": now.review.stage in {Stage.SUBMITTED, Stage.APPROVED},
                "standing_shown": standing_shown(now),
                "actions": self.possible_actions(request, release, now),
                "conflict": self._conflict(context),
                "stale": stale_translation(release),
                "may_erase": now.live is not None and request.user.has_perm("news.add_erasure"),
                "checklist": checklist(release, self.get_queryset(request)),
                "official_names": official_names(release),
                "public_path": self._public_path(release, now),
                "short_url": absolute(short_path(release.code, "th")),
            }
            context |= self.together_context(request, release)
        context["may_publish"] = request.user.has_perm("news.publish_pressrelease")
        context |= self.autosave_context(request, context)
        return super().render_change_form(request, context, *args, **kwargs)

    @staticmethod
    def _conflict(context: dict) -> list[Row]:
        """What is saved beside what was typed, where somebody else has saved the release."""
        form = context["adminform"].form
        if not form.is_behind:
            return []
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        return [*form.conflict, *(row for each in formsets for row in rows_of_files(each))]

    @staticmethod
    def _public_path(release: PressRelease, now: Standing) -> str:
        if now.live is None or now.has_ended:
            return ""
        lang = now.live.text(get_language()).lang
        return release_path(lang, now.live.code, now.live.slug)

    def save_model(self, request: HttpRequest, obj: PressRelease, form: Any, change: Any) -> None:
        request.desk_digest_before = digest(PressRelease.objects.get(pk=obj.pk)) if change else ""
        if not change:
            obj.created_by = request.user
        obj.revision += 1
        obj.cover = form.cleaned_data.get("cover")
        translating.note_saved(
            obj, set(form.changed_data), holds=form.cleaned_data["translation_holds"]
        )
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        request.desk_limits_changed = bool({"is_limited", "named"} & set(form.changed_data))
        for name in request.desk_uploads.place(form.instance, request.user, is_new=not change):
            messages.info(
                request, gettext("“%(file)s” is in this release already.") % {"file": name}
            )
        after_saving(form.instance)
        remember(request, form.instance)
        kept_as = form.cleaned_data["autosave_key"]
        forget(request.user, form.instance if change else None, kept_as)
        mended = form.mended.copy()
        for formset in formsets:
            for inline in formset.forms:
                mended.update(inline.mended)
        if told := what_was_mended(mended):
            messages.info(request, told)

    # -- the audit trail, in place of the admin's own log, which keeps headlines -------------------

    def log_addition(self, request: HttpRequest, obj: PressRelease, message: Any) -> None:
        audit.note(Action.CREATED, by=request.user, release=obj, digest=digest(obj))
        if obj.is_limited:
            audit.note(Action.LIMITED, by=request.user, release=obj)

    def log_change(self, request: HttpRequest, obj: PressRelease, message: Any) -> None:
        """After everything is saved, photos and attachments included."""
        now = digest(PressRelease.objects.get(pk=obj.pk))
        if now != request.desk_digest_before:
            audit.note(Action.SAVED, by=request.user, release=obj, digest=now)
        if request.desk_limits_changed:
            audit.note(Action.LIMITED, by=request.user, release=obj)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        for release in queryset:
            audit.note(Action.DISCARDED, by=request.user, release=release)

    # -- after saving ------------------------------------------------------------------------------

    def response_add(
        self, request: HttpRequest, obj: PressRelease, post_url_continue: str | None = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._go_on(request, obj)

    def response_change(self, request: HttpRequest, obj: PressRelease) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        return self._go_on(request, obj)

    def _go_on(self, request: HttpRequest, release: PressRelease) -> HttpResponse:
        """Back to the form, or on to preview or publication when nothing was refused."""
        form, uploads = self.change_url(release), request.desk_uploads
        if uploads.photos or uploads.attachments:
            messages.success(request, self._added(uploads))
        if not uploads.refused and PREVIEW in request.POST:
            languages = release.languages()
            if languages:
                lang = get_language() if get_language() in languages else languages[0]
                return HttpResponseRedirect(reverse("desk_preview", args=(release.pk, lang)))
            messages.warning(
                request, gettext("A preview needs a headline and a body in one language.")
            )
        submitted = standing(release, timezone.now()).review.stage == Stage.SUBMITTED
        if SUBMIT in request.POST and submitted:
            messages.success(
                request, gettext("The release is saved, and waits for review as before.")
            )
            return HttpResponseRedirect(form)
        for button, action in ((PUBLISH, "publish"), (SUBMIT, "submit")):
            if not uploads.refused and button in request.POST:
                return HttpResponseRedirect(
                    reverse("admin:news_pressrelease_action", args=(release.pk, action))
                )
        messages.success(
            request, gettext("The draft is saved. Readers see nothing of it until you publish.")
        )
        return HttpResponseRedirect(form)

    @staticmethod
    def _added(uploads: Uploads) -> str:
        return gettext("Added: %(photos)d photo(s), %(attachments)d attachment(s).") % {
            "photos": len(uploads.photos),
            "attachments": len(uploads.attachments),
        }

    # -- discarding a draft ------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: PressRelease | None = None) -> bool:
        """A release that any version names stays for good; it can be withdrawn."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.versions.exists())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """A draft takes its photos and attachments with it, which its foreign keys would refuse."""
        names = [
            str(row)
            for release in objs
            for row in (*release.photos.all(), *release.attachments.all())
        ]
        to_delete = [*map(str, objs), *names]
        protected = [
            str(row)
            for release in objs
            for row in (
                *release.legacy_paths.all(),
                *SourceDocument.objects.filter(release=release),
            )
        ]
        return to_delete, {}, set(), protected

    def delete_model(self, request: HttpRequest, obj: PressRelease) -> None:
        """In Django's transaction. The code stays reserved; the files stay for other releases."""
        obj.photos.all().delete()
        obj.attachments.all().delete()
        super().delete_model(request, obj)


def standing_shown(now: Standing) -> SafeString:
    """A release's status as a badge, with the moment ahead and a hint of unpublished changes."""
    parts = [format_html('<span class="badge badge-{}">{}</span>', now.status, now.status.label)]
    if now.review.stage != Stage.WRITING and not now.has_ended:
        stage = now.review.stage
        parts.append(format_html('<span class="badge badge-{}">{}</span>', stage, stage.label))
    if now.scheduled is not None:
        when = moment(now.scheduled.visible_from)
        told = gettext("change on %(when)s") if now.live else "%(when)s"
        parts.append(format_html('<span class="badge-note">{}</span>', told % {"when": when}))
    if now.changed:
        parts.append(
            format_html(
                '<span class="badge-note changed">{}</span>', gettext("unpublished changes")
            )
        )
    return format_html_join(" ", "{}", ((part,) for part in parts))
