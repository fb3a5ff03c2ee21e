"""Where a browser sends files in pieces, and asks how far it has come."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext

from news import receiving
from news.admin.uploads import Uploads, note, waiting
from news.models import Attachment, Photo, PressRelease, Upload
from news.receiving import UploadRefused, WrongPlace

MODELS = {Upload.Kind.PHOTO: Photo, Upload.Kind.ATTACHMENT: Attachment}


class UploadViews(admin.ModelAdmin):
    """Mixed into the admin of press releases. What is here belongs to no release until its form is
    saved, so it changes nothing that anybody else sees.
    """

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("uploads/", view(self.begin_upload), name="news_upload_begin"),
            path("uploads/<slug:client_id>/", view(self.upload), name="news_upload"),
            *super().get_urls(),
        ]

    def waiting_uploads(self, request: HttpRequest, object_id: str | None) -> Uploads:
        """What an earlier visit to the same form left."""
        release = self.get_object(request, object_id) if object_id else None
        if object_id and release is None:
            return Uploads()
        return waiting(request.user, release)

    def begin_upload(self, request: HttpRequest) -> JsonResponse:
        """POST client_id, kind, name, size, and where they are known release and sha256."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        values = request.POST
        release = self._release_of(request, values.get("release", ""))
        try:
            kind, size = Upload.Kind(values["kind"]), _size(values["size"])
            client_id = _plain(values["client_id"][:100])
            sha256 = values.get("sha256", "")[:64]
            sha256 = sha256 and _plain(sha256)
            # What Django leaves of the names of files that come with a form.
            name = "".join(sign for sign in values["name"] if sign.isprintable())
        except (KeyError, ValueError):
            return JsonResponse({"refused": gettext("The request is incomplete.")}, status=400)
        try:
            upload = receiving.begin(
                user=request.user,
                client_id=client_id,
                kind=kind,
                name=name,
                byte_size=size,
                release=release,
                sha256=sha256,
            )
            if size == upload.received:
                upload = receiving.take(upload, size, b"")
        except WrongPlace:
            upload = get_object_or_404(Upload, pk=upload.pk)
        except UploadRefused as refused:
            return _refused(refused)
        return _state(upload)

    def upload(self, request: HttpRequest, client_id: str) -> JsonResponse:
        """GET how far it is; POST a piece that begins at the byte in Upload-Offset; DELETE."""
        upload = Upload.objects.filter(user=request.user, client_id=client_id).first()
        if upload is None:
            raise Http404("no such upload")
        if request.method == "DELETE":
            receiving.discard(upload)
            return JsonResponse({})
        if request.method == "POST":
            try:
                offset = int(request.headers.get("Upload-Offset", ""))
                upload = receiving.take(upload, offset, request.body)
            except (ValueError, WrongPlace):
                return _state(get_object_or_404(Upload, pk=upload.pk), status=409)
            except UploadRefused as refused:
                return _refused(refused)
        return _state(upload)

    def _release_of(self, request: HttpRequest, key: str) -> PressRelease | None:
        release = self.get_object(request, key) if key else None
        allowed = (
            self.has_change_permission(request, release)
            if release is not None
            else not key and self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        return release


def _plain(word: str) -> str:
    """Raises ValueError where `word` could be no part of an address."""
    if not slug_re.fullmatch(word):
        raise ValueError(word)
    return word


def _size(number: str) -> int:
    """Raises ValueError where no file has so many bytes."""
    size = int(number)
    if size < 0:
        raise ValueError(number)
    return size


def _state(upload: Upload, status: int = 200) -> JsonResponse:
    """`note` is what the form sends along, once the file is there."""
    done = upload.is_done
    state = {
        "received": upload.received,
        "done": done,
        "note": note(MODELS[Upload.Kind(upload.kind)], upload.facts) if done else "",
    }
    return JsonResponse(state, status=status)


def _refused(refused: UploadRefused) -> JsonResponse:
    return JsonResponse({"refused": " ".join(refused.messages)}, status=422)
