from django.db import models


class DataFile(models.Model):
    """One month of open data in one form, in the private storage under its own SHA-256.

    The counts are of the releases dated in that month, by their state when the file was made.
    `made_at` is when it first had these bytes; `checked_at` is the moment up to which the record is
    known to be in it.
    """

    month = models.DateField()
    form = models.CharField(max_length=5)
    path = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    byte_size = models.PositiveBigIntegerField()
    live = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    merged = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("month", "form"), name="data_file_once_a_month")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What readers save it as: `releases-2018-05.jsonl`."""
        return f"releases-{self.month:%Y-%m}.{self.form}"
