"""What stays of an erased city: one row of the public schema, and nothing of a resident."""

import uuid

from django.db import models


class CityErasure(models.Model):
    """That a city was erased for good, on whose word, and the certificate: all that stays of it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.UUIDField()
    code = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    schema_name = models.CharField(max_length=63)
    reason = models.TextField()
    asked_by = models.TextField()
    approved_by = models.TextField()
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField()
    files = models.PositiveIntegerField(default=0)
    # Names and fingerprints of the destroyed keys.
    keys = models.JSONField(default=list)
    # The hash of what the city took back; empty when it wanted nothing.
    returned = models.CharField(max_length=64, default="")
    backups_until = models.DateField()
    certificate = models.BinaryField(null=True)

    class Meta:
        ordering = ("-begun_at",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("approved_by")), name="erasure_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.begun_at}"
