from django.db import models


class SearchState(models.Model):
    """One row: what the search index is made of, and how far a rebuilding has come.

    `token_stream_version` is that of the index in use. While another index is built beside it,
    `building_version` is that one's, and versions up to `built_to` are in it.
    """

    token_stream_version = models.PositiveIntegerField(default=0)
    building_version = models.PositiveIntegerField(null=True)
    built_to = models.BigIntegerField(default=0)
