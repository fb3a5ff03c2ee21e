from django.db import models


class Card(models.Model):
    """A share card that has been drawn: a JPEG of 1200x630 for one release.

    `hash` is that of its content (`news.images.cards.card_hash`), so an address is known before the
    bytes are; a row exists only when its bytes do. `path` is relative to the private media storage.
    Two releases may have cards of the same content, each its own file: one can be erased alone.
    """

    code = models.CharField(max_length=12)
    hash = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    byte_size = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("code", "hash"), name="card_once")]

    def __str__(self) -> str:
        return f"{self.code}, {self.hash[:12]}"
