"""What our operators keep registers of: public rows that every city may read, and nothing of a resident."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RegisterKind(models.TextChoices):
    """The registers."""

    SUB_PROCESSOR = "sub_processor", _("再委託先")
    VULNERABILITY = "vulnerability", _("脆弱性")
    ASSESSMENT = "assessment", _("セキュリティ診断")
    FINDING = "finding", _("診断の指摘")
    GUIDELINE = "guideline", _("ガイドライン")
    ASSUMPTION = "assumption", _("前提としたこと")


class EntryState(models.TextChoices):
    """How far an entry has come."""

    OPEN = "open", _("対応中")
    FIXED = "fixed", _("対応済み（確認待ち）")
    DONE = "done", _("完了")
    ACCEPTED = "accepted", _("受け入れる")
    UNAFFECTED = "unaffected", _("影響なし")


class Severity(models.TextChoices):
    """How bad it is; nothing for what is no weakness."""

    NONE = "", "—"
    CRITICAL = "critical", _("緊急")
    HIGH = "high", _("重要")
    MEDIUM = "medium", _("警告")
    LOW = "low", _("注意")


class RegisterEntry(models.Model):
    """One line of a register, of one city or of all."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=RegisterKind)
    # None: it concerns every city.
    city = models.ForeignKey("tenants.City", on_delete=models.CASCADE, related_name="+", null=True)
    # The name by which code knows it, e.g. that of a sub-processor.
    key = models.SlugField(max_length=60, default="")
    title = models.TextField()
    source = models.TextField(default="")
    text = models.TextField(default="")
    decision = models.TextField(default="")
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.NONE)
    state = models.CharField(max_length=12, choices=EntryState, default=EntryState.OPEN)
    found_on = models.DateField()
    due_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    # The city's written consent to a sub-processor.
    document = models.TextField(default="")
    consented_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.TextField()

    class Meta:
        ordering = ("kind", "-found_on", "title")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["city", "key"], condition=Q(kind="sub_processor"), name="sub_processor_once_per_city"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "city"], name="register_by_kind_and_city")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class RegisterCheck(models.Model):
    """That somebody read the news of weaknesses on a day, where, and what came of it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField()
    sources = models.TextField()
    found = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField()
    checked_by_name = models.TextField()

    class Meta:
        ordering = ("-checked_at",)
        indexes: ClassVar = [models.Index(fields=["-day"], name="register_check_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.found}"
