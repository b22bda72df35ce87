"""Files that staff brought in, and what became of them."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """One uploaded file on its way: checked, applied, undone or discarded."""

    class State(models.TextChoices):
        RECEIVED = "received", _("確認待ち")
        CHECKED = "checked", _("確認済み")
        APPLYING = "applying", _("取込中")
        APPLIED = "applied", _("取込済み")
        UNDONE = "undone", _("取り消し済み")
        DISCARDED = "discarded", _("破棄")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    format = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    encoding = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    namesakes = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    repeats = models.UUIDField(null=True)
    profile_version = models.ForeignKey(
        "ImportProfileVersion", on_delete=models.PROTECT, null=True, related_name="jobs"
    )
    findings = models.JSONField(null=True)
    job = models.UUIDField(null=True)
    uploaded_by_id = models.CharField(max_length=64)
    uploaded_by_name = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("取込")
        verbose_name_plural = _("取込")
        indexes: ClassVar = [
            models.Index(fields=["-uploaded_at", "id"], name="import_newest"),
            models.Index(fields=["format", "content_hash"], name="import_content"),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.state}"


class ImportProfile(models.Model):
    """How a city's own files of one kind are written: a name for its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    format = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("取込定義")
        verbose_name_plural = _("取込定義")

    def __str__(self) -> str:
        return self.name


class ImportProfileVersion(models.Model):
    """One state of a profile; it never changes, so that an import can say how it was read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(ImportProfile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    layout = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("取込定義の版")
        verbose_name_plural = _("取込定義の版")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "number"], name="import_profile_version"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.number}"


class ImportPiece(models.Model):
    """A sealed piece of an uploaded file; removed once the file is applied or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    import_job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("取込ファイルの断片")
        verbose_name_plural = _("取込ファイルの断片")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["import_job", "position"], name="import_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.import_job_id} {self.position}"
