from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """How far a stored day can be trusted; a doubt is shown to readers, never settled silently."""

    EXACT = "exact", _("exact, to the minute")
    DAY = "day", _("this day")
    MONTH = "month", _("this month, day unknown")
    DOUBT = "doubt", _("in doubt: the sources disagree")
    UNKNOWN = "unknown", _("unknown")
