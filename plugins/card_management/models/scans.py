"""Paper that was scanned: batches, documents, their pages, and what was typed from them."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

PIECE_SEALED: Final = "card_management_scanpiece.sealed"
DOCUMENT_SEALED: Final = "card_management_scandocument.sealed"
ENTRY_SEALED: Final = "card_management_scanentry.sealed"
PAGE_SEALED: Final = "card_management_scanpage.sealed"


class ScanBatch(models.Model):
    """One file from a scanner, on its way from a stack of paper to documents that can be found."""

    class State(models.TextChoices):
        RECEIVED = "received", _("読取待ち")
        OPEN = "open", _("入力中")
        STOPPED = "stopped", _("全件確認中")
        DONE = "done", _("完了")
        FAILED = "failed", _("読取不可")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    # Keyed, so that the same stack is not read twice and nobody can ask whether we hold a certain file.
    content_index = models.BinaryField(max_length=32)
    source = models.CharField(max_length=10)
    # Pages of every document where no separator sheets lie between them; 0 where they do.
    pages_each = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    check_percent = models.PositiveSmallIntegerField()
    error_permille = models.PositiveSmallIntegerField()
    pages = models.PositiveIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    stored_bytes = models.BigIntegerField(default=0)
    fields_checked = models.PositiveIntegerField(default=0)
    fields_wrong = models.PositiveIntegerField(default=0)
    job = models.UUIDField(null=True)
    uploaded_by_id = models.CharField(max_length=64)
    uploaded_by_name = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("スキャン")
        verbose_name_plural = _("スキャン")
        indexes: ClassVar = [
            models.Index(fields=["-uploaded_at", "id"], name="scan_batch_newest"),
            models.Index(fields=["content_index"], name="scan_batch_content"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class ScanPiece(models.Model):
    """A sealed piece of a scanner's file; removed once its pages are stored one by one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ScanBatch, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "position"], name="scan_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"


class ScanDocument(models.Model):
    """One form on some pages: what it is about is sealed, what finds it is a keyed index."""

    class State(models.TextChoices):
        BLANK = "blank", _("入力待ち")
        ENTERED = "entered", _("2人目の確認待ち")
        CONFLICT = "conflict", _("不一致")
        DONE = "done", _("完了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ScanBatch, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.BLANK)
    is_sampled = models.BooleanField(default=False)
    # Why somebody sent it to the quality queue; empty where nothing is wrong with it.
    trouble = models.CharField(max_length=20, blank=True)
    sealed = models.BinaryField()
    number_index = models.BinaryField(max_length=16, null=True)
    kana_index = models.BinaryField(max_length=16, null=True)
    surname_index = models.BinaryField(max_length=16, null=True)
    born_index = models.BinaryField(max_length=16, null=True)
    written_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("スキャンした書類")
        verbose_name_plural = _("スキャンした書類")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "position"], name="scan_document_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "id"], name="scan_newest"),
            models.Index(fields=["state", "batch", "position"], name="scan_work"),
            models.Index(fields=["kind", "-created_at", "id"], name="scan_kind"),
            models.Index(fields=["number_index"], name="scan_number"),
            models.Index(fields=["kana_index"], name="scan_kana"),
            models.Index(fields=["surname_index"], name="scan_surname"),
            models.Index(fields=["born_index"], name="scan_born"),
            models.Index(fields=["written_on", "id"], name="scan_written"),
            models.Index(fields=["done_at"], name="scan_done"),
            models.Index(fields=["trouble", "id"], name="scan_trouble", condition=~models.Q(trouble="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ScanEntry(models.Model):
    """What one person typed from a document; two people are compared, and every version stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(ScanDocument, on_delete=models.CASCADE, related_name="entries")
    turn = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    typed_by_id = models.CharField(max_length=64)
    typed_by_name = models.CharField(max_length=120, blank=True)
    typed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "turn"], name="scan_entry_turn"),
        ]
        indexes: ClassVar = [models.Index(fields=["typed_at"], name="scan_entry_day")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.turn}"


class ScanPage(models.Model):
    """One page: its picture lies in the file store under a key of its own, and that key is sealed here."""

    class Numbers(models.TextChoices):
        UNKNOWN = "unknown", _("個人番号の確認待ち")
        SUSPECTED = "suspected", _("個人番号の疑い")
        NONE = "none", _("個人番号なし")
        MASKED = "masked", _("黒塗り済み")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(ScanDocument, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    # The page of the scanner's file, for whoever looks for the paper.
    sheet = models.PositiveIntegerField()
    sealed = models.BinaryField()
    stored_as = models.CharField(max_length=120)
    stored_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    turned = models.PositiveSmallIntegerField(default=0)
    faults = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # False while somebody has to look at the faults.
    is_settled = models.BooleanField(default=True)
    numbers = models.CharField(max_length=10, choices=Numbers.choices, default=Numbers.NONE)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("スキャンしたページ")
        verbose_name_plural = _("スキャンしたページ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "position"],
                name="scan_page_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="scan_page_quality", condition=models.Q(is_settled=False)),
            models.Index(
                fields=["id"],
                name="scan_page_numbers",
                condition=models.Q(numbers__in=["unknown", "suspected"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.position}"
