from django.db import models


class ChainHead(models.Model):
    """The head of the hash chain at the end of one Bangkok day, published once and for good.

    `head` (64 hex digits) depends on every version shown before `until`, in order, so that who kept
    it can tell later whether any of them was changed, taken away or slipped in. Rows are appended
    by `news.exporting.chain` alone; the database refuses anything else.
    """

    day = models.DateField(unique=True)
    until = models.DateTimeField()
    count = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.count} {self.head}"
