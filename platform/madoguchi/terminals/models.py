"""What staff saw when they checked a terminal: kept as evidence."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class TerminalCheck(models.Model):
    """One check of one terminal: begun, answered part by part, and closed for good."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("確認中")
        SOUND = "sound", _("問題なし")
        FAULTY = "faulty", _("問題あり")
        PARTIAL = "partial", _("一部未確認")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    terminal = models.CharField(max_length=60)
    place_name = models.CharField(max_length=80, blank=True, default="")
    staff_id = models.CharField(max_length=64)
    staff_name = models.CharField(max_length=60)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    parts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-begun_at"]
        indexes = [models.Index(fields=["terminal", "begun_at"], name="terminal_check_by_name")]
