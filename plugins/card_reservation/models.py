"""Slots and bookings. No row here may hold a name, an address or any contact: FUJ-27, architecture.md 5.

`Caller` alone holds a name, in a table of its own that a city may have closed (docs/adr).
"""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from madoguchi.places.models import Place
from plugins.card_reservation.rules.slots import UNITS


class Service(models.Model):
    """What people come for; the pick-up of a card is the first."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    is_offered = models.BooleanField(default=True)


class PlaceRules(models.Model):
    """How one place takes bookings."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    capacity = models.PositiveSmallIntegerField(default=5)
    unit_minutes = models.PositiveSmallIntegerField(default=30, choices=[(unit, str(unit)) for unit in UNITS])
    earliest_open_days_residents = models.PositiveSmallIntegerField(default=2)
    earliest_open_days_staff = models.PositiveSmallIntegerField(default=0)
    latest_days = models.PositiveSmallIntegerField(default=60)
    latest_on = models.DateField(null=True, blank=True)
    few_threshold = models.PositiveSmallIntegerField(default=2)
    max_party = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    cutoff_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(max_party__range=(1, 5)), name="place_rules_party_1_to_5"),
            models.CheckConstraint(condition=Q(unit_minutes__in=UNITS), name="place_rules_unit_known"),
        ]


class Slot(models.Model):
    """One place, one start, a capacity; `booked` counts people and can never pass it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    allowance = models.PositiveSmallIntegerField(default=0, db_default=0)
    booked = models.IntegerField(default=0, db_default=0)
    is_open = models.BooleanField(default=True, db_default=True)
    # Closed by a person: no change of hours opens it again.
    closed_by_hand = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "starts_at"], name="slot_once_per_start"),
            models.CheckConstraint(
                condition=Q(booked__gte=0) & Q(booked__lte=F("capacity") + F("allowance")),
                name="slot_never_overbooked",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"),
        ]
        indexes = [models.Index(fields=["place", "day"], name="slot_by_place_and_day")]


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
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(party_size__range=(1, 5)), name="booking_party_1_to_5"),
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


class Reference(models.Model):
    """A notice that was sent, where no ledger of cards is at hand: keyed indexes, never the number itself."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number_index = models.BinaryField(max_length=32)
    birthday_index = models.BinaryField(max_length=32)
    # Empty where the list tells the month and day alone.
    date_index = models.BinaryField(max_length=32, default=b"")
    import_job = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["birthday_index", "date_index"], name="reference_once"),
        ]
        indexes = [
            models.Index(fields=["number_index"], name="reference_by_number"),
            models.Index(fields=["import_job"], name="reference_by_import"),
        ]


class VerificationFailure(models.Model):
    """Wrong pairs entered for one reference on one day, under its keyed index."""

    reference_index = models.BinaryField(max_length=32)
    day = models.DateField()
    failures = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference_index", "day"], name="verification_failure_per_day"),
        ]


class PaperKit(models.Model):
    """One list of the coming days of one place as a sealed PDF: what the counter works from without us."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    made_at = models.DateTimeField()
    visits = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "first_day"], name="paper_kit_once_per_day"),
        ]
