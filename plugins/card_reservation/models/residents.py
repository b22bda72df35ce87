"""What residents leave beside their bookings: a wait for a place, a reply, a list of what to bring.

No row here holds a name, an address or any contact: people are keys, and so is who gets the mail.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from madoguchi.places.models import Place
from plugins.card_reservation.models.bookings import Booking
from plugins.card_reservation.models.schedule import Service, Slot


class WaitingEntry(models.Model):
    """A party that would come at some place between two days, as soon as there is room for all of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        OFFERED = "offered"
        BOOKED = "booked"
        LEFT = "left"
        OVER = "over"

    class Part(models.TextChoices):
        ANY = ""
        MORNING = "am"
        AFTERNOON = "pm"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    part = models.CharField(max_length=2, choices=Part.choices, blank=True, default="")
    party_size = models.PositiveSmallIntegerField()
    contact_id = models.UUIDField()
    # Set where somebody has a booking and would like an earlier one.
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    unanswered = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(party_size__range=(1, 5)), name="waiting_party_1_to_5"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="waiting_days_in_order"),
        ]
        indexes = [
            models.Index(fields=["place", "joined_at"], condition=Q(state="waiting"), name="waiting_in_line")
        ]


class WaitingPerson(models.Model):
    """One pick-up of a party that waits: nobody waits twice."""

    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="people")
    pickup = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pickup"], condition=Q(active=True), name="person_waits_once"),
        ]


class WaitingOffer(models.Model):
    """A free place that is held for one party until a stated time; it counts in the slot as booked."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"
        LAPSED = "lapsed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="offers")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    party_size = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    offered_at = models.DateTimeField()
    held_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(state="open"), name="offer_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["held_until"], condition=Q(state="open"), name="offer_to_lapse")]


class VisitReply(models.Model):
    """Somebody said «I come» to the reminder of one visit; another time is another question."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, primary_key=True, related_name="reply")
    starts_at = models.DateTimeField()
    answered_at = models.DateTimeField()


class BringList(models.Model):
    """What this party has to bring, as codes of things."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, primary_key=True, related_name="bring")
    codes = models.JSONField(default=list)
    made_at = models.DateTimeField()
