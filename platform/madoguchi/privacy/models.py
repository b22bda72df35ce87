"""Times of keeping, holds, what was erased, and what people asked of their own data."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RetentionRule(models.Model):
    """How many months a city keeps one class of data; only what differs from what the room declares."""

    id = models.BigAutoField(primary_key=True)
    data_class = models.CharField(max_length=80, unique=True)
    months = models.PositiveSmallIntegerField()
    # What the city's own rules ask at least: shorter needs a second person.
    floor_months = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.data_class}: {self.months}"


class RetentionChange(models.Model):
    """One change of a time of keeping: who, when, why, from what to what."""

    id = models.BigAutoField(primary_key=True)
    data_class = models.CharField(max_length=80)
    months_before = models.PositiveSmallIntegerField()
    months_after = models.PositiveSmallIntegerField()
    floor_before = models.PositiveSmallIntegerField()
    floor_after = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    approved_by = models.CharField(max_length=120, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-changed_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["data_class", "-changed_at"], name="retention_change_by_class"),
        ]

    def __str__(self) -> str:
        return f"{self.data_class}: {self.months_before} → {self.months_after}"


class LegalHold(models.Model):
    """An order not to erase: all of a class, or what one reference names."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_class = models.CharField(max_length=80)
    # Keys of the rows that are held; none means the whole class. The label never names a person.
    references = ArrayField(models.CharField(max_length=80), default=list)
    label = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-placed_at", "id")
        indexes: ClassVar = [
            models.Index(fields=["data_class"], name="hold_open", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.data_class} {self.label}"


class ErasureRun(models.Model):
    """One night's erasing of one class: how many rows were due, held and erased, never which."""

    class State(models.TextChoices):
        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")
        STOPPED = "stopped", _("中断（次の夜に続けます）")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_class = models.CharField(max_length=80)
    before = models.DateField()
    due = models.PositiveIntegerField()
    held = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-started_at", "id")

    def __str__(self) -> str:
        return f"{self.data_class} {self.erased}"


class PersonRequest(models.Model):
    """Somebody asked what is held about them, or to have it erased; who that is lies sealed."""

    class Kind(models.TextChoices):
        DISCLOSE = "disclose", _("開示")
        ERASE = "erase", _("消去")

    class State(models.TextChoices):
        DRAFT = "draft", _("確認中")
        ASKED = "asked", _("承認待ち")
        READY = "ready", _("交付できます")
        DONE = "done", _("完了")
        CLOSED = "closed", _("取りやめ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=500)
    # What was looked for and which records are the person's; emptied once the request is over.
    sealed = models.BinaryField(null=True)
    # How many records of each kind, in words, for the list and the proof.
    counts = models.JSONField(default=dict)
    approval = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    made_by_id = models.CharField(max_length=64)
    ready_at = models.DateTimeField(null=True)
    handed_out_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-made_at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
