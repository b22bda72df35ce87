"""Events that wait, were delivered or were given up."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from madoguchi.ledger.audit.actors import Actor, actor_from


class OutboxEvent(models.Model):
    """One event, written in the transaction of the change it tells of."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    # The personal part of the payload, encrypted; most events have none.
    sealed = models.BinaryField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(db_default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    # The kind of error only: a message could repeat an address.
    last_error = models.CharField(max_length=200, db_default="")

    class Meta:
        """Only what waits is indexed, so the index stays as small as the queue."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_at", "id"],
                name="outbox_waiting",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(fields=["dead_at"], name="outbox_dead", condition=Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def actor(self) -> Actor:
        """Whoever made the change that this event tells of."""
        return actor_from(kind=self.actor_kind, number=self.actor_id, name=self.actor_name)
