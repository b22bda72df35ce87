"""What is offered, where and when."""

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
