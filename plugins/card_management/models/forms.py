"""Forms without writing, and letters by the thousand: their layouts, what was made of them, and for whom."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

VERSION_SEALED: Final = "card_management_formversion.sealed"
SIGNATURE_SEALED: Final = "card_management_formsignature.sealed"
PIECE_SEALED: Final = "card_management_letterpiece.sealed"
CARD: Final = "card_management.Card"


class FormTemplate(models.Model):
    """One version of a layout of this city; number 0 is the draft that nobody prints from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    layout = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("様式")
        verbose_name_plural = _("様式")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="form_template_version"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class FormRecord(models.Model):
    """One form that was made for somebody, with all its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=40)
    card = models.ForeignKey(CARD, on_delete=models.CASCADE, null=True, related_name="form_records")
    latest = models.PositiveIntegerField(default=1)
    # Of the newest version: fields that staff typed, and that the resident still has to write.
    typed = models.PositiveSmallIntegerField(default=0)
    by_hand = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("申請書")
        verbose_name_plural = _("申請書")
        indexes: ClassVar = [
            models.Index(fields=["-made_at", "id"], name="form_record_newest"),
            models.Index(fields=["updated_at"], name="form_record_age"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.id}"


class FormVersion(models.Model):
    """What stood on a form at one time: fields with their sources, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(FormRecord, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    template = models.ForeignKey(FormTemplate, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    typed = models.PositiveSmallIntegerField(default=0)
    by_hand = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("申請書の版")
        verbose_name_plural = _("申請書の版")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "number"], name="form_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}"


class FormSignature(models.Model):
    """The drawn name under one version; a version that was corrected has to be signed again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(FormVersion, on_delete=models.CASCADE, related_name="signature")
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("署名の画像")
        verbose_name_plural = _("署名の画像")

    def __str__(self) -> str:
        return self.sha256


class LetterRun(models.Model):
    """One job of letters or labels: who asked for it, what came of it, and whether it was taken back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("準備中")
        DONE = "done", _("印刷できます")
        FAILED = "failed", _("失敗")
        UNDONE = "undone", _("取り消し済み")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=40)
    template = models.ForeignKey(FormTemplate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    # The day that is noted as the day of sending; empty where printing notes nothing.
    sent_on = models.DateField(null=True)
    order = models.CharField(max_length=20, blank=True)
    first_label = models.PositiveSmallIntegerField(default=1)
    printed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    job = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通知の印刷")
        verbose_name_plural = _("通知の印刷")
        indexes: ClassVar = [models.Index(fields=["-made_at"], name="letter_run_newest")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class LetterLine(models.Model):
    """One card in such a job: printed, or left out and why. Its key is the number in the bars."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("印刷待ち")
        PRINTED = "printed", _("印刷した")
        LEFT_OUT = "left_out", _("除いた")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(LetterRun, on_delete=models.CASCADE, related_name="lines")
    card = models.ForeignKey(CARD, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    sent_before = models.DateField(null=True)

    class Meta:
        verbose_name = _("通知の印刷の行")
        verbose_name_plural = _("通知の印刷の行")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "card"], name="letter_line_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "outcome", "position"], name="letter_line_order")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"


class LetterPiece(models.Model):
    """A piece of the sealed PDF of such a job; it is kept for some days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(LetterRun, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("印刷した文書")
        verbose_name_plural = _("印刷した文書")
        indexes: ClassVar = [models.Index(fields=["run", "position"], name="letter_piece_order")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"
