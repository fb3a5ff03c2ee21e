"""The pages under `/th/` and `/en/`. Their addresses are a promise: docs and old links rely on
them.
"""

from django.urls import path, register_converter

from news.feeds import corrections as correction_feed
from news.feeds import releases as feeds
from news.limits import rate_limited
from news.views import (
    archive,
    cards,
    corrections,
    data,
    home,
    mementos,
    photo_archives,
    reader_reports,
    releases,
    search,
    statements,
    topics,
)
from news.views.converters import (
    CodeConverter,
    DayConverter,
    MonthConverter,
    PositiveConverter,
    YearConverter,
)

app_name = "news"

register_converter(CodeConverter, "code")
register_converter(PositiveConverter, "positive")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(DayConverter, "day")

urlpatterns = [
    path("", home.home, name="home"),
    path("news/<code:code>/", releases.release, name="release_by_code"),
    path("news/<code:code>/<str:slug>/", releases.release, name="release"),
    path("news/<code:code>/v/<positive:number>/", releases.version, name="version"),
    path(
        "news/<code:code>/v/<positive:number>/photo/<positive:photo>/",
        releases.version_photo,
        name="version_photo",
    ),
    path("news/<code:code>/memento/timegate/", mementos.timegate, name="timegate"),
    path("news/<code:code>/memento/timemap/", mementos.timemap, name="timemap"),
    path("news/<code:code>/photos.zip", photo_archives.photos, name="photo_archive"),
    path("news/<code:code>/card-<slug:hash>.jpg", cards.card, name="card"),
    path("news/<code:code>/photo/<positive:number>/", releases.photo, name="photo"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<year:year>/", archive.archive_period, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archive.archive_period, name="archive_month"),
    path(
        "archive/<year:year>/<month:month>/<day:day>/",
        archive.archive_period,
        name="archive_day",
    ),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("series/<slug:slug>/", topics.series, name="series"),
    path("topics/<slug:slug>/feeds/<str:form>", feeds.feed, name="topic_feed"),
    path("feeds/<str:form>", feeds.feed, name="feed"),
    path("report/<code:code>/<positive:number>/", reader_reports.report, name="reader_report"),
    path("report/<code:code>/sent/", reader_reports.sent, name="reader_report_sent"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/atom.xml", correction_feed.feed, name="corrections_feed"),
    path("data/", data.data, name="data"),
    path("data/integrity/", data.integrity, name="integrity"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("privacy/", statements.privacy, name="privacy"),
    path("search/", rate_limited("search")(search.search), name="search"),
    path("search/suggest/", rate_limited("suggest")(search.suggestions), name="suggest"),
]
