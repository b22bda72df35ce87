"""What one person asked for and another decides before it is done."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.ledger.audit.actors import Actor, actor_from


class State(models.TextChoices):
    ASKED = "asked", _("承認待ち")
    APPROVED = "approved", _("承認済み・実行待ち")
    DONE = "done", _("実行済み")
    REFUSED = "refused", _("却下")
    WITHDRAWN = "withdrawn", _("取り下げ")
    EXPIRED = "expired", _("期限切れ")


OPEN = (State.ASKED, State.APPROVED)


class ApprovalRequest(models.Model):
    """One wish with its reason, what would happen, and what became of it; never a resident's name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    # What it is about: a second wish about the same waits until the first one is decided.
    subject = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    # What the approver reads: pairs of a heading and a text, as they were when it was asked.
    effects = models.JSONField(default=list)
    # What the work needs: ids, numbers and days.
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by_kind = models.CharField(max_length=10)
    asked_by_id = models.CharField(max_length=64)
    asked_by_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by_kind = models.CharField(max_length=10, blank=True)
    decided_by_id = models.CharField(max_length=64, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-asked_at", "id")
        indexes: ClassVar = [
            models.Index(fields=["state", "-asked_at"], name="approval_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=["asked", "approved"]),
                name="approval_open_once",
            ),
            # Two pairs of eyes, whatever the code above does.
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "done"])
                | ~Q(asked_by_kind=models.F("decided_by_kind"), asked_by_id=models.F("decided_by_id")),
                name="approval_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def asked_by(self) -> Actor:
        """Whoever asked."""
        return actor_from(kind=self.asked_by_kind, number=self.asked_by_id, name=self.asked_by_name)

    def is_asked_by(self, actor: Actor) -> bool:
        """Tell whether this is the wish of a person; ids of staff and of operators are not compared."""
        return (self.asked_by_kind, self.asked_by_id) == (actor.kind, actor.id)

    @property
    def is_open(self) -> bool:
        """Tell whether something can still come of it."""
        return self.state in OPEN
