"""The desk's page of what readers searched for and didn't find."""

from datetime import date

from django.contrib import admin
from django.http import HttpRequest
from django.utils.http import urlencode

from news.admin.counts import CountsAdmin
from news.models import SearchMiss
from news.sharing.addresses import path_in

MOST = 100


@admin.register(SearchMiss)
class SearchMissAdmin(CountsAdmin):
    page_template = "admin/news/searchmiss/change_list.html"

    def counts(self, request: HttpRequest, first: date, today: date) -> dict:
        return {
            "rows": [
                (words, count, f"{path_in('th', 'search')}?{urlencode({'q': words})}")
                for words, count in SearchMiss.objects.most_missed(first, MOST)
            ],
        }
