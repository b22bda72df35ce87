"""What the figures keep beside the ledger: one row per booked visit, without anybody's name."""

from typing import ClassVar

from django.db import models


class VisitFact(models.Model):
    """A visit for cards as the booking told it: where, when, by which channel, and whether anybody came."""

    booking = models.UUIDField(primary_key=True)
    place = models.UUIDField()
    starts_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    people = models.PositiveSmallIntegerField()
    is_cancelled = models.BooleanField(default=False)
    visit = models.CharField(max_length=12, blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="visit_fact_day")]

    def __str__(self) -> str:
        return f"{self.booking} {self.channel}"


class ExpiryCount(models.Model):
    """How many cards or certificates end in a month, as last counted from the ledger; nobody's name."""

    id = models.BigAutoField(primary_key=True)
    month = models.DateField()
    what = models.CharField(max_length=12)
    count = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "what"], name="expiry_count_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.what}"
