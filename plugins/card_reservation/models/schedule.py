"""What is offered, where and when."""

from datetime import time
from typing import Final
from uuid import UUID, uuid4

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from madoguchi.places.models import Place
from plugins.card_reservation.rules.slots import UNITS

PICKUP_ID: Final = UUID("8b0c1f2e-6d0a-5c55-9f0e-1d6f2f3a7c01")
"""The pick-up of a card has one key in every city, so that a city with one service never looks it up."""


class Service(models.Model):
    """What people come for; the pick-up of a card is the first."""

    class Identity(models.TextChoices):
        NOTICE = "notice"
        PHONE = "phone"
        NONE = "none"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="", db_default="")
    name_easy = models.CharField(max_length=80, blank=True, default="", db_default="")
    summary = models.CharField(max_length=200, blank=True, default="", db_default="")
    summary_en = models.CharField(max_length=200, blank=True, default="", db_default="")
    summary_easy = models.CharField(max_length=200, blank=True, default="", db_default="")
    duration_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    identity = models.CharField(
        max_length=6, choices=Identity.choices, default=Identity.NOTICE, db_default="notice"
    )
    for_residents = models.BooleanField(default=True, db_default=True)
    for_staff = models.BooleanField(default=True, db_default=True)
    is_offered = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class ServiceTerms(models.Model):
    """What one has to know and bring for a service; written once, never changed, the newest is in force."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="terms")
    version = models.CharField(max_length=20)
    items = models.JSONField(default=list)
    documents = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "version"], name="service_terms_once")]


class PlaceRules(models.Model):
    """How one place takes bookings for one service."""

    id = models.UUIDField(primary_key=True, default=uuid4, db_default=RandomUUID(), editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=True, db_default=True)
    capacity = models.PositiveSmallIntegerField(default=5)
    unit_minutes = models.PositiveSmallIntegerField(default=30, choices=[(unit, str(unit)) for unit in UNITS])
    earliest_unit = models.CharField(
        max_length=8, choices=[("open", "open"), ("calendar", "calendar")], default="open", db_default="open"
    )
    earliest_open_days_residents = models.PositiveSmallIntegerField(default=2)
    earliest_open_days_staff = models.PositiveSmallIntegerField(default=0)
    # A slot must begin so many minutes from now; decides on the day itself.
    lead_minutes_residents = models.PositiveSmallIntegerField(default=0, db_default=0)
    lead_minutes_staff = models.PositiveSmallIntegerField(default=0, db_default=0)
    latest_days = models.PositiveSmallIntegerField(default=60)
    latest_on = models.DateField(null=True, blank=True)
    latest_opens_at = models.TimeField(default=time(0, 0), db_default=time(0, 0))
    transport_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    few_threshold = models.PositiveSmallIntegerField(default=2)
    max_party = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    cutoff_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "service"], name="place_rules_once_per_service"),
            models.CheckConstraint(condition=Q(max_party__range=(1, 5)), name="place_rules_party_1_to_5"),
            models.CheckConstraint(condition=Q(unit_minutes__in=UNITS), name="place_rules_unit_known"),
        ]


class Slot(models.Model):
    """One place, one service, one start, a capacity; `booked` counts people and can never pass it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_default=PICKUP_ID)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    allowance = models.PositiveSmallIntegerField(default=0, db_default=0)
    booked = models.IntegerField(default=0, db_default=0)
    is_open = models.BooleanField(default=True, db_default=True)
    # Closed by a person: no change of hours opens it again.
    closed_by_hand = models.BooleanField(default=False, db_default=False)
    # Set by a person: no change of the plan touches it again.
    capacity_by_hand = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "service", "starts_at"], name="slot_once_per_service_and_start"
            ),
            models.CheckConstraint(
                condition=Q(booked__gte=0) & Q(booked__lte=F("capacity") + F("allowance")),
                name="slot_never_overbooked",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"),
        ]
        indexes = [models.Index(fields=["place", "day"], name="slot_by_place_and_day")]
