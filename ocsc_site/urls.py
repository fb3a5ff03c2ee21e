"""Composition: the desk, what lies outside the languages, and the pages of each language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from news.views import previews

urlpatterns = [
    # First, for they are asked for most, and each pattern that is tried before costs time.
    *i18n_patterns(path("", include("news.urls"))),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path(
        "admin/preview/<int:pk>/<str:lang>/",
        admin.site.admin_view(previews.preview),
        name="desk_preview",
    ),
    path(
        "admin/preview/<int:pk>/",
        admin.site.admin_view(previews.preview_sizes),
        name="desk_preview_sizes",
    ),
    path(
        "admin/media/<slug:hash>/<str:name>",
        admin.site.admin_view(previews.preview_file),
        name="desk_file",
    ),
    path("admin/", admin.site.urls),
    path("", include("news.root_urls")),
]

handler400 = "news.views.errors.bad_request"
handler403 = "news.views.errors.refused"
handler404 = "news.views.errors.not_found"
handler500 = "news.views.errors.failed"
