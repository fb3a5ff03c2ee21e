"""What lies outside the languages: `/`, short links, files, health."""

from django.urls import include, path, re_path

from news import sitemaps
from news.api import docs
from news.views import data, figures, files, health, home, machines, previews, short_links

app_name = "root"

_TOKEN = "(?P<token>[A-Za-z0-9_-]{43})"  # noqa: S105 - a pattern, no secret

urlpatterns = [
    path("", home.root, name="root"),
    path("s/<path:rest>", short_links.short_link, name="short_link"),
    # Codes that hold capitals alone make a smaller QR code, and people type what they see.
    path("S/<path:rest>", short_links.short_link),
    re_path(
        r"^media/(?P<hash>[0-9a-f]{64})/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,159})$",
        files.media_file,
        name="media",
    ),
    re_path(rf"^preview/{_TOKEN}/$", previews.shared, name="shared_preview_root"),
    re_path(rf"^preview/{_TOKEN}/(?P<lang>th|en)/$", previews.shared, name="shared_preview"),
    re_path(
        rf"^preview/{_TOKEN}/media/(?P<hash>[0-9a-f]{{64}})/(?P<name>[A-Za-z0-9][\w.-]{{0,159}})$",
        previews.shared_file,
        name="shared_preview_file",
    ),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    re_path(
        r"^sitemap-releases-(?P<part>[0-9]{1,6})\.xml$", sitemaps.releases, name="sitemap_releases"
    ),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("robots.txt", machines.robots, name="robots"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("api/docs", docs.docs, name="api_docs"),
    re_path(r"^api(?:/|/docs/)?$", docs.to_docs),
    path("api/v1", docs.to_beginning),
    path("api/v1/", include("news.api.urls")),
    path("data/", data.data_root, name="data_root"),
    path("data/manifest.json", data.manifest, name="data_manifest"),
    path("data/SHA256SUMS", data.checksums, name="data_checksums"),
    re_path(
        r"^data/(?P<name>releases-[0-9]{4}-[0-9]{2}\.(jsonl|csv))$",
        data.data_file,
        name="data_file",
    ),
    path("data/chain.txt", data.chain_file, name="chain"),
    path("data/chain-heads.txt", data.heads_file, name="chain_heads"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", figures.figures, name="metrics"),
]
