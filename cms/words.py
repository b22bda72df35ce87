"""The words of pages, kept apart from the pages so that one query finds them."""

from django.db import models


class PageWords(models.Model):
    """The words of a published page, as they are shown and as they are searched."""

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="words")
    text = models.TextField(blank=True)
    folded_title = models.TextField()
    folded = models.TextField()

    class Meta:
        default_permissions = ()
