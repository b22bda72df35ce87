"""Notices known by their keyed indexes alone."""

from uuid import uuid4

from django.db import models


class Reference(models.Model):
    """A notice that was sent, where no ledger of cards is at hand: keyed indexes, never the number itself."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number_index = models.BinaryField(max_length=32)
    birthday_index = models.BinaryField(max_length=32)
    # Empty where the list tells the month and day alone.
    date_index = models.BinaryField(max_length=32, default=b"")
    # Of the number, under a key that staff's own browser is given to put names beside it; empty in old rows.
    overlay_index = models.BinaryField(max_length=32, null=True)
    import_job = models.UUIDField()
    created_at = models.DateTimeField()
    # A notice that opens no booking any more, and the file that said so, where it was a file.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["birthday_index", "date_index"], name="reference_once"),
        ]
        indexes = [
            models.Index(fields=["number_index"], name="reference_by_number"),
            models.Index(fields=["import_job"], name="reference_by_import"),
        ]


class VerificationFailure(models.Model):
    """Wrong pairs entered for one reference on one day, under its keyed index."""

    reference_index = models.BinaryField(max_length=32)
    day = models.DateField()
    failures = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference_index", "day"], name="verification_failure_per_day"),
        ]
