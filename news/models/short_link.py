import re
import secrets

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# Without 0 o 1 l i, which people confuse when they type from paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 6
CODE_PATTERN = re.compile(rf"[{ALPHABET}]{{6,12}}\Z")
ALIAS_PATTERN = re.compile(r"[a-z0-9](-?[a-z0-9]){2,39}\Z")
LONGEST_ALIAS = 40
RESERVED_KEYS = frozenset({"th", "en", "v", "info"})
# English and romanised Thai words that no official link should spell by chance; spelt with the
# alphabet.
_RUDE = re.compile(
    r"fuck|fck|fuk|shat|cunt|cum|damn|dung|tw?at|arse|ass|anus|sex|xxx|porn|rape|nazy|kkk|heck|"
    r"h[e3]+[ey]|kwuy|k[uw]+y|kuay|kwaay|mae?ng|sus|rat|sat|ngo|dak|yed|yet|jank|gay|fag|fat|ugly"
)


def is_rude(code: str) -> bool:
    return _RUDE.search(code) is not None


def can_be_alias(key: str) -> bool:
    """Whether `key`, in lower case, could be given out as an alias."""
    return (
        len(key) <= LONGEST_ALIAS
        and ALIAS_PATTERN.fullmatch(key) is not None
        and key not in RESERVED_KEYS
    )


def new_code() -> str:
    """A random code of six characters, clear of rude words; uniqueness is the database's
    business.
    """
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not is_rude(code):
            return code


class ShortLink(models.Model):
    """A key after `/s/`: a release's own code, or an alias that was added to it.

    Rows outlive a discarded draft (`release` becomes empty), so that no key is ever given out
    twice.
    """

    class Kind(models.TextChoices):
        CODE = "code", _("code")
        ALIAS = "alias", _("alias")

    key = models.CharField(_("key"), max_length=80, unique=True)
    release = models.ForeignKey(
        "news.PressRelease",
        models.SET_NULL,
        null=True,
        related_name="short_links",
        verbose_name=_("press release"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ALIAS)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        constraints = [
            models.CheckConstraint(
                name="short_link_key_is_lower_case",
                condition=models.Q(key=Lower("key")),
            )
        ]

    def __str__(self) -> str:
        return f"/s/{self.key}"
