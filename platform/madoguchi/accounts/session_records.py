"""Who is signed in where, and which of our operators a city let in."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models


class StaffSession(models.Model):
    """One sign-in of a person at one device, from its beginning to its end.

    The key is the session row's own; whoever deletes that row has ended the session.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, db_index=True)
    # The person's stamp at that time: a new password or new rights end the session without a word to us.
    stamp = models.UUIDField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_until = models.DateTimeField()
    open_until = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=12, default="")

    class Meta:
        ordering = ("-seen_at",)
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["staff", "-started_at"], name="session_by_staff")]

    def __str__(self) -> str:
        return f"{self.device} {self.started_at:%Y-%m-%d %H:%M}"


class OperatorVisit(models.Model):
    """That one of our operators asks to look into this city, and what the city said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator_id = models.UUIDField()
    operator_name = models.TextField()
    reason = models.TextField()
    minutes = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    is_granted = models.BooleanField(default=False)
    note = models.CharField(max_length=200, default="")
    # Otherwise names and the like stay covered.
    sees_all = models.BooleanField(default=False, db_default=False)
    # Only between the grant and this moment, unless somebody ends it before.
    open_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")
    # The way in from the console, for a minute and once.
    entry_digest = models.BinaryField(max_length=32, null=True)
    entry_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.operator_name} {self.asked_at:%Y-%m-%d %H:%M}"

    def is_open(self, now: datetime) -> bool:
        """tell whether the operator may look at the city at this moment."""
        return (
            self.is_granted
            and self.ended_at is None
            and self.open_until is not None
            and now < self.open_until
        )
