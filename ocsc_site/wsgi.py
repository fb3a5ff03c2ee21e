"""The WSGI entry point that gunicorn serves: Django, with the page store round it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocsc_site.settings")
django_application = get_wsgi_application()

# Settings and models can be asked only now that Django is set up.
from django.conf import settings  # noqa: E402

from news import patience  # noqa: E402
from news.caching import reader  # noqa: E402
from news.caching.page_store import PageStore  # noqa: E402

patience.begin()
reader.keep_up()
application = (
    PageStore(django_application, reader, max_bytes=settings.PAGE_STORE_BYTES)
    if settings.PAGE_STORE_BYTES
    else django_application
)
