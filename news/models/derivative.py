from django.db import models


class Derivative(models.Model):
    """A file that the public may get once a version names its master.

    `hash` is SHA-256 of (master's SHA-256 + recipe), so an address is known before the bytes are;
    a row exists only when its bytes do. `sha256` is that of the bytes, empty where they were made
    before it was kept and no worker has read them since. `path` is relative to the private media
    storage.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    master_sha256 = models.CharField(max_length=64, db_index=True)
    recipe = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    byte_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.recipe} of {self.master_sha256[:12]}"
