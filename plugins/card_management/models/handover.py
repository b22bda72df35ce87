"""What was compared before a card was handed over, and who decided that it may be in spite of a warning."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

CHECK_SEALED: Final = "card_management_handovercheck.sealed"


class HandoverCheck(models.Model):
    """One comparison of label, booking and identity, or one decision of a supervisor; never changed.

    What was seen and why is sealed; the values read from a chip or a document are not kept at all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    card = models.ForeignKey("card_management.Card", on_delete=models.CASCADE, related_name="checks")
    # "match" or "override".
    sort = models.CharField(max_length=10)
    # What a decision is for: "hand_over" or "notice".
    purpose = models.CharField(max_length=10)
    is_passed = models.BooleanField()
    # What did not agree; of a decision, what it looks past.
    codes = ArrayField(models.CharField(max_length=30), default=list)
    day = models.DateField()
    booking = models.UUIDField(null=True)
    sealed = models.BinaryField()
    # A comparison is good for one hand-over.
    used_by = models.ForeignKey(
        "card_management.CardMovement", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["card", "made_at"], name="card_check_order"),
            models.Index(
                fields=["day", "card"],
                name="card_check_open",
                condition=Q(is_passed=True, used_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.sort}"
