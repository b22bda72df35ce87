import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    EMERGENCY = "emergency", _("緊急のお知らせ")
    BOOKING = "booking", _("予約する方へのお知らせ")


class Audience(models.TextChoices):
    RESIDENT = "resident", _("住民のすべてのページ")
    STAFF = "staff", _("職員のすべてのページ")
    BOTH = "both", _("住民と職員のすべてのページ")


class Announcement(models.Model):
    """Something a city tells for a while: everybody in an emergency, or those who book."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.RESIDENT)
    is_before = models.BooleanField(default=False)
    is_after = models.BooleanField(default=False)
    is_mailed = models.BooleanField(default=False)
    place = models.ForeignKey("places.Place", null=True, on_delete=models.CASCADE, related_name="+")
    # The code of a service that is booked; empty for all of them.
    service = models.CharField(max_length=40, blank=True, default="", db_default="")
    heading = models.CharField(max_length=80)
    heading_en = models.CharField(max_length=120, blank=True)
    heading_easy = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    text_easy = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=100, blank=True)

    # Filled in where a page names the service of many rows.
    service_name = ""

    class Meta:
        default_permissions = ()
        ordering = ("-starts_at", "-made_at")
        indexes = (models.Index(fields=["ends_at"], name="announcement_by_end"),)
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="announcement_ends_later"),
        )

    def __str__(self) -> str:
        return self.heading
