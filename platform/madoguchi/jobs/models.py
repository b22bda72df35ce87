"""Work in the background and how far it has come."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work that a person started and may watch or stop."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待機中")
        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")
        FAILED = "failed", _("失敗")
        CANCELLED = "cancelled", _("中止")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    permission = models.CharField(max_length=80)
    return_url = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_by_id = models.CharField(max_length=64)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("処理")
        verbose_name_plural = _("処理")
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="job_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change any more."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        """Tell how much is done, from 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class BulkRun(models.Model):
    """One action on many rows: asked for, confirmed, run, and what became of each row."""

    class State(models.TextChoices):
        ASKED = "asked", _("確認待ち")
        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=80)
    rows = ArrayField(models.UUIDField(), default=list)
    choice = models.CharField(max_length=80, blank=True)
    # What somebody typed as the reason may name a person.
    sealed_reason = models.BinaryField(null=True)
    back_url = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # Per row: its key, whether it worked, why not, and what was there before.
    results = models.JSONField(default=list)
    job = models.UUIDField(null=True)
    created_by_id = models.CharField(max_length=64)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.action} {self.state}"
