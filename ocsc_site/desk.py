"""Django's admin with the newsroom's own site in place of the stock one."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "news.admin.site.DeskSite"

    def ready(self) -> None:
        # The site is made when the first screen registers with it. Its class lies in the package of
        # our screens: were another app's screens first, loading the class would register ours with
        # a site that is then made a second time.
        import_module("news.admin")
        super().ready()
