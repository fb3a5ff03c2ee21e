import hashlib
import zlib

from django.db import models
from django.utils.translation import gettext_lazy as _

_LEVEL = 4
"""Twice as quick as zlib's own choice, and a tenth larger: every release of an import pays it."""


class SourceDocument(models.Model):
    """What an imported release was read from, byte for byte as it came: a line, a row, a page.

    What is published is cleaned; whoever doubts the cleaning looks here. Kept compressed, and for
    the desk and archive packages only.
    """

    release = models.OneToOneField(
        "news.PressRelease",
        models.PROTECT,
        related_name="source_document",
        verbose_name=_("press release"),
    )
    form = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    compressed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.form} {self.sha256[:12]}"

    @classmethod
    def of(cls, content: bytes, *, form: str, **fields) -> "SourceDocument":
        """An unsaved row that holds `content`."""
        sha256 = hashlib.sha256(content).hexdigest()
        compressed = zlib.compress(content, _LEVEL)
        return cls(form=form, sha256=sha256, compressed=compressed, **fields)

    @property
    def content(self) -> bytes:
        return zlib.decompress(bytes(self.compressed))
