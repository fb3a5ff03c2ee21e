from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("Press releases")

    def ready(self) -> None:
        from news import checks  # noqa: F401, PLC0415  (registers the system checks)
