"""Places where a city receives people, and when they are open."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class Place(models.Model):
    """A city hall, branch office or civic centre with counters."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    name_easy = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    name_kana = models.CharField(max_length=120, blank=True, default="", db_default="")
    postal_code = models.CharField(max_length=8, blank=True, default="", db_default="")
    address_en = models.CharField(max_length=200, blank=True, default="", db_default="")
    access = models.CharField(max_length=400, blank=True, default="", db_default="")
    access_en = models.CharField(max_length=400, blank=True, default="", db_default="")
    access_easy = models.CharField(max_length=400, blank=True, default="", db_default="")
    is_public = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """A desk of a place where staff receive people, known by its number."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="counters")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["place", "number"], name="counter_number_once")]


class WeeklyHours(models.Model):
    """One open period of a place on one weekday, Monday being 0; a lunch break lies between two."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "weekday", "opens"], name="weekly_hours_once_per_start"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="weekly_hours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="weekly_hours_close_after_open"),
        ]


class CalendarDay(models.Model):
    """A day that differs from the week: closed, or an extra opening; of one place or of the whole city."""

    class Kind(models.TextChoices):
        CLOSED = "closed"
        EXTRA = "extra"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, blank=True, related_name="calendar")
    day = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "day"], name="calendar_day_once_per_place", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="closed") | Q(opens__isnull=False, closes__gt=F("opens")),
                name="extra_opening_has_hours",
            ),
        ]
