"""Bookings. No row here may hold a name, an address or any contact: FUJ-27, architecture.md 5.

`Caller` alone holds a name, in a table of its own that a city may have closed (docs/adr).
"""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from plugins.card_reservation.models.schedule import Slot


class Booking(models.Model):
    """A party's place in one slot."""

    class State(models.TextChoices):
        ACTIVE = "active"
        CANCELLED = "cancelled"

    class Visit(models.TextChoices):
        ARRIVED = "arrived"
        ABSENT = "absent"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=9, unique=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    party_size = models.PositiveSmallIntegerField()
    contact_id = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=5, choices=[("web", "web"), ("phone", "phone")])
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    key = models.UUIDField(unique=True)
    request_hash = models.BinaryField(max_length=32)
    move_key = models.UUIDField(null=True, blank=True)
    cautions_version = models.CharField(max_length=20, blank=True, default="")
    visit = models.CharField(max_length=7, choices=Visit.choices, blank=True, default="", db_default="")
    visit_at = models.DateTimeField(null=True, blank=True)
    # Whose cards went before the day, and since when nobody is left to come because of that.
    served = ArrayField(models.UUIDField(), default=list, db_default=[])
    served_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(party_size__range=(1, 5)), name="booking_party_1_to_5"),
        ]
        indexes = [
            # Few visits end before their day; each hand-over asks for one of them.
            GinIndex(fields=["served"], condition=~Q(served=[]), name="booking_served"),
        ]


class BookingPerson(models.Model):
    """One pick-up within a booking, known by its key alone."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="people")
    pickup = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pickup"], condition=Q(active=True), name="person_booked_once"),
        ]


class Caller(models.Model):
    """Who called and how to call back, sealed; closed in a city that keeps no names for its bookings."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, primary_key=True, related_name="caller")
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
