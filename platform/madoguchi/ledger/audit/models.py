"""The append-only list of a city."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """The transaction that wrote a row, so that a sealer never skips one still in flight."""

    def db_type(self, connection: object) -> str:
        """Name the column type."""
        return "xid8"


class CurrentTransactionId(models.Func):
    """The number of the running transaction."""

    function = "pg_current_xact_id"
    output_field: ClassVar[models.Field] = TransactionIdField()  # type: ignore[type-arg]


class AuditEntry(models.Model):
    """One act: who, what, on which objects, when and from where; no personal values.

    Text without limits: a long name must never make an entry fail, and with it the change.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    action = models.TextField()
    object_type = models.TextField()
    object_ids = ArrayField(models.TextField())
    details = models.JSONField(default=dict)
    request_id = models.TextField(default="")
    address = models.GenericIPAddressField(null=True)
    xid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        """One table with a block range index: partitions per month would swell the catalogue."""

        indexes: ClassVar[list[models.Index]] = [
            BrinIndex(fields=["at"], name="audit_at"),
            models.Index(fields=["actor_id", "at"], name="audit_actor_at"),
            GinIndex(fields=["object_ids"], name="audit_objects"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_id} {self.action}"


class AuditSeal(models.Model):
    """What closes a minute of the list: one hash over its entries and over the seal before."""

    # The sealer counts by itself, so that a gap is a fault and never a sequence's.
    number = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    # First and last id of each run of neighbours, one after the other.
    runs = ArrayField(models.BigIntegerField())
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    # With the city's key, which lies apart from the database: who has only the one cannot write this.
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class AuditAnchor(models.Model):
    """The state of the list at the end of a day, for the city to keep where nobody of ours can reach."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(unique=True)
    seal_number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    entries = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.digest[:12]}"


class AuditAlert(models.Model):
    """Something in the list that an administrator should look at, and who has."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=20)
    actor_id = models.TextField()
    actor_name = models.TextField()
    since = models.DateTimeField()
    found_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.TextField(default="")
    note = models.CharField(max_length=200, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "actor_id", "since"], name="audit_alert_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.actor_id} {self.since:%Y-%m-%d %H}"


class AuditReport(models.Model):
    """The report of one month as it was written, frozen: figures, never a name of a resident."""

    id = models.BigAutoField(primary_key=True)
    # The first day of the month.
    month = models.DateField(unique=True)
    made_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    # With the city's key, as on the seals.
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.digest[:12]}"


class AuditExpiry(models.Model):
    """That entries under the oldest seals were deleted because the time to keep them is over.

    The seals stay, so that the chain is whole; this row, signed, is why they cover nothing.
    """

    id = models.BigAutoField(primary_key=True)
    made_at = models.DateTimeField()
    kept_years = models.PositiveSmallIntegerField()
    # Everything before this moment went.
    before = models.DateTimeField()
    seal_number = models.BigIntegerField()
    seal_digest = models.CharField(max_length=64)
    entries = models.BigIntegerField()
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.seal_number} {self.before:%Y-%m-%d}"
