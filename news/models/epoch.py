from django.db import models

from news.querysets import EpochQuerySet


class Epoch(models.Model):
    """The one row whose counters are part of every cache key.

    `counter` rises with every change of the record, `site_revision` with every change of what
    frames the pages (banner, theme, topics, aliases, site texts); each in the transaction of the
    change. `removals` is part of none: with it ends what stands in while the database is gone.
    """

    counter = models.PositiveBigIntegerField(default=0)
    site_revision = models.PositiveBigIntegerField(default=0)
    removals = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = EpochQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="epoch_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.counter}.{self.site_revision}"
