"""The WSGI entry point that gunicorn serves: Django, with the page store round it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocsc_site.settings")
django.setup(set_prefix=False)

# Settings and models can be asked only now that Django is set up.
from django.conf import settings  # noqa: E402

from news import patience  # noqa: E402
from news.caching import reader  # noqa: E402
from news.caching.handler import AnsweringHandler  # noqa: E402
from news.caching.page_store import PageStore  # noqa: E402

django_application = AnsweringHandler()
patience.begin()
reader.keep_up()
application = PageStore(django_application, reader, max_bytes=settings.PAGE_STORE_BYTES)
