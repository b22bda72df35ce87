"""What the desk adds to bookings: places beyond the capacity, people without a notice, today's queue."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from madoguchi.places.models import Place
from plugins.card_reservation.models.bookings import Booking
from plugins.card_reservation.models.schedule import Service


class OverCapacity(models.Model):
    """A booking that an administrator let in although its slot was full, and why."""

    booking = models.OneToOneField(
        Booking, on_delete=models.CASCADE, primary_key=True, related_name="over_capacity"
    )
    reason = models.CharField(max_length=200)
    allowed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class WithoutNotice(models.Model):
    """A person who booked without a notice: the key is ours until staff link it to the card."""

    pickup = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="without_notice")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Turn(models.Model):
    """One place in the queue of one day: a booking that was checked in, or somebody who just came."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CALLED = "called"
        SERVING = "serving"
        DONE = "done"
        MISSED = "missed"
        LEFT = "left"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    booking = models.OneToOneField(
        Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="turn"
    )
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    party_size = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    counter = models.CharField(max_length=10, blank=True, default="")
    is_late = models.BooleanField(default=False)
    # By this moment the queue is ordered: the booked time, or when somebody came.
    due_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    served_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["place", "day", "number"], name="turn_number_once_a_day"),
            models.CheckConstraint(condition=Q(party_size__range=(1, 20)), name="turn_party_1_to_20"),
        ]
        indexes = [models.Index(fields=["place", "day", "state"], name="turn_by_place_and_day")]


class QueueDisplay(models.Model):
    """The public page with the called numbers of a place; another mark makes its old address void."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="+")
    mark = models.UUIDField(default=uuid4)
    opened_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
