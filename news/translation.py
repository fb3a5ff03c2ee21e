"""Which desk fields exist in Thai and in English. Text only: slugs, dates, status and files are
one.
"""

from modeltranslation.translator import TranslationOptions, register

from news.models import Attachment, Photo, PressRelease, Series, Topic


@register(PressRelease)
class PressReleaseTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "gallery_description", "contact")


@register(Photo)
class PhotoTranslation(TranslationOptions):
    fields = ("caption", "alt")


@register(Attachment)
class AttachmentTranslation(TranslationOptions):
    fields = ("title",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Series)
class SeriesTranslation(TranslationOptions):
    fields = ("name", "description")
