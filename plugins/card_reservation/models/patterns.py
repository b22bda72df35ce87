"""Named opening patterns, which counter serves what when, and hours in which an outside system is down."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from madoguchi.places.models import Counter, Place
from plugins.card_reservation.models.schedule import Service
from plugins.card_reservation.rules.slots import UNITS


class Pattern(models.Model):
    """A day as a city names it: ordinary, short, extended; with a colour for the calendar of a year."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    colour = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class PatternPeriod(models.Model):
    """One stretch of a pattern's day; without a unit or a capacity of its own those of the rules hold."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="periods")
    opens = models.TimeField()
    closes = models.TimeField()
    unit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["opens"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "opens"], name="pattern_period_once_per_start"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="pattern_closes_after_open"),
            models.CheckConstraint(
                condition=Q(unit_minutes__isnull=True) | Q(unit_minutes__in=UNITS), name="pattern_unit_known"
            ),
        ]


class PatternUse(models.Model):
    """On which days of a place a pattern holds: a weekday, an n-th weekday of the month, or one date."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="uses")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    # Without one it holds for every service of the place.
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    week = models.PositiveSmallIntegerField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "service", "weekday", "week", "day"],
                name="pattern_use_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False, weekday__isnull=True, week__isnull=True)
                | Q(day__isnull=True, weekday__range=(0, 6), week__isnull=True)
                | Q(day__isnull=True, weekday__range=(0, 6), week__range=(1, 5)),
                name="pattern_use_says_when",
            ),
        ]


class CounterHours(models.Model):
    """When a counter serves a service, and for how many people at once; at one time it serves one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    seats = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["counter__number", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["counter", "weekday", "opens"], name="counter_hours_once_per_start"
            ),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="counter_hours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="counter_closes_after_open"),
        ]


class ServiceStop(models.Model):
    """Hours in which a service cannot be given because a system outside the city stands still."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Without one it stops every service.
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="stop_ends_after_start"),
        ]
