"""The one error of this room, with the sentences that an editor reads."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "empty": _("The file is empty."),
    "too_many_bytes": _(
        "The file is too big: a photo may have at most %(limit)s MB. "
        "Save it again as JPEG at a quality of 85 to 90."
    ),
    "too_many_pixels": _(
        "The photo is larger than %(limit)s megapixels. "
        "Save a copy that is at most 6000 pixels wide and upload that."
    ),
    "too_long": _("No side of a photo may be longer than %(limit)s pixels."),
    "too_intricate": _(
        "The file is built in an unusual way that takes too long to read. "
        "Save it again as an ordinary JPEG."
    ),
    "animated": _("The file is an animation. Upload one still picture."),
    "heic": _(
        "This is an iPhone photo in HEIC format. On the iPhone choose Settings > Camera > "
        "Formats > Most Compatible for new photos; for this one, send it by email or "
        "open it on a computer and export it as JPEG."
    ),
    "svg": _(
        "SVG files are drawings that can carry programs, so they are not accepted. "
        "Export the drawing as PNG."
    ),
    "pdf": _("This is a PDF document. Add it as an attachment, or export the picture as JPEG."),
    "unsupported": _(
        "This is a %(format)s file. Photos must be JPEG, PNG or WebP: export it as JPEG."
    ),
    "not_an_image": _("The file is not a picture that can be read. Upload JPEG, PNG or WebP."),
    "wrong_extension": _(
        "The file says it is %(extension)s, but its content is %(format)s. "
        "Rename it or export it again, then upload it."
    ),
    "damaged": _(
        "The file is damaged or was cut short on its way. Copy it again from the camera or phone."
    ),
}


class ImageRefused(Exception):
    """A file that is not taken as a photograph.

    ``code`` is a key of `MESSAGES`, ``params`` fill its sentence. The sentence is made when
    ``message`` is read, in the language that is active then.
    """

    def __init__(self, code, **params):
        if code not in MESSAGES:
            raise ValueError(f"no sentence is written for the refusal {code!r}")
        super().__init__(code, params)
        self.code = code
        self.params = params

    @property
    def message(self):
        return MESSAGES[self.code] % self.params

    def __str__(self):
        return f"{self.code} {self.params}" if self.params else self.code
