"""The desk's page of short links that readers followed and that lead nowhere."""

from datetime import date

from django.contrib import admin
from django.http import HttpRequest

from news.admin.counts import PERIODS, CountsAdmin
from news.models import KeyMiss
from news.sharing.key_misses import most_missed

MOST = 100


@admin.register(KeyMiss)
class KeyMissAdmin(CountsAdmin):
    page_template = "admin/news/keymiss/change_list.html"
    periods = tuple(days for days in PERIODS if days <= KeyMiss.KEPT.days)

    def counts(self, request: HttpRequest, first: date, today: date) -> dict:
        return {"rows": most_missed(first, MOST)}
