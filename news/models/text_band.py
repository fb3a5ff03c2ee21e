from django.db import models


class TextBand(models.Model):
    """One of the numbers that stand for a working copy's text: what says nearly the same shares
    one. See `news.checking.lookalikes`.
    """

    release = models.ForeignKey(
        "news.PressRelease", models.CASCADE, related_name="text_bands", editable=False
    )
    language = models.CharField(max_length=2)
    value = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("release", "language", "value"), name="text_band_once")
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.language} {self.value}"
