from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("Press releases")

    def ready(self) -> None:
        # Registers the system checks, and the watch over slow statements.
        from news import checks, error_reports, slow_queries  # noqa: F401, PLC0415
        from news.accounts import signals  # noqa: F401, PLC0415  (hears who signs in and out)

        if settings.SENTRY_DSN:
            error_reports.start(
                settings.SENTRY_DSN, build=settings.BUILD_ID, environment=settings.ENVIRONMENT
            )
