"""A release as a Wagtail project would model it: a page with its photos in order, and a topic."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

WIDTHS = (480, 960, 1600)
FORMATS = ("avif", "webp", "jpeg")
SPECS = tuple(f"width-{width}|format-{form}" for form in FORMATS for width in WIDTHS)
RELATED = 4


class PressIndex(Page):
    pass


class Topic(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)


class Release(Page):
    summary = models.TextField(blank=True)
    body = RichTextField()
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="+")
    dated = models.DateField(db_index=True)
    event = models.DateField(null=True, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)

    def get_context(self, request, *args, **kwargs):
        """The photos with all their files in two queries; what lies around in three."""
        context = super().get_context(request, *args, **kwargs)
        photos = self.photos.select_related("image").prefetch_related("image__renditions")
        context["photos"] = [
            {"photo": photo, "files": photo.image.get_renditions(*SPECS)} for photo in photos
        ]
        live = Release.objects.live().only("title", "url_path", "dated")
        context["previous"] = live.filter(dated__lt=self.dated).order_by("-dated").first()
        context["next"] = live.filter(dated__gt=self.dated).order_by("dated").first()
        of_topic = live.filter(topic=self.topic_id).exclude(pk=self.pk)
        context["related"] = of_topic.order_by("-dated")[:RELATED]
        return context


class Photo(Orderable):
    page = ParentalKey(Release, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey("wagtailimages.Image", models.CASCADE, related_name="+")
    caption = models.CharField(max_length=250, blank=True)
    alt = models.CharField(max_length=500, blank=True)
