"""Residents as the register tells of them, the files that tell it, and what follows for cards."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from plugins.card_management.models.ledger import Card

RESIDENT_SEALED: Final = "card_management_resident.sealed"
FLAG_REASON_SEALED: Final = "card_management_flagmark.sealed_reason"
SOURCE_SEALED: Final = "card_management_filesource.sealed"
PIECE_SEALED: Final = "card_management_quarantinepiece.sealed"
RENEWAL_SEALED: Final = "card_management_renewaltarget.sealed"


class Resident(models.Model):
    """One resident as the last file of the register tells of them; what names them is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the resident code, which stands nowhere unsealed.
    code_index = models.BinaryField(max_length=32, unique=True)
    # Joins the resident with cards; empty where reading or birth date are not known.
    holder_index = models.BinaryField(max_length=32, null=True)
    fingerprint = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    standing = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, blank=True)
    changed_on = models.DateField(null=True)
    history = models.PositiveIntegerField(default=0)
    card_held = models.CharField(max_length=8, blank=True)
    stay_until = models.DateField(null=True)
    import_job = models.UUIDField(null=True)
    last_import = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["holder_index"], name="resident_holder"),
            models.Index(fields=["last_import"], name="resident_last_import"),
            models.Index(fields=["stay_until"], name="resident_stay", condition=Q(stay_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CardResident(models.Model):
    """Whose card it is in the register: found once, it holds when name or address change later."""

    card = models.OneToOneField(Card, on_delete=models.CASCADE, primary_key=True, related_name="holder_link")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="cards")
    # matched: by reading, birth date and name; chosen: by a person.
    how = models.CharField(max_length=10)
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.card_id} {self.how}"


class FlagMark(models.Model):
    """Why a card carries a flag: what raised it, since when, and who took it away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="flag_marks")
    flag = models.CharField(max_length=30)
    source = models.CharField(max_length=10)
    since = models.DateField(null=True)
    cause = models.CharField(max_length=40, blank=True)
    # What the register said then: a flag that a person took away comes back with other words only.
    fingerprint = models.BinaryField(max_length=32, null=True)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by_kind = models.CharField(max_length=20, blank=True)
    cleared_by_id = models.CharField(max_length=64, blank=True)
    cleared_by_name = models.CharField(max_length=120, blank=True)
    sealed_reason = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["card", "flag"], condition=Q(cleared_at__isnull=True), name="flag_mark_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.flag}"


class FileSource(models.Model):
    """A folder of the city from which files are picked up: where, which, and when they are expected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    is_on = models.BooleanField(default=False)
    protocol = models.CharField(max_length=8)
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(null=True)
    user = models.CharField(max_length=100, blank=True)
    # The password or the private key.
    sealed = models.BinaryField(null=True)
    host_key = models.TextField(blank=True)
    folder = models.CharField(max_length=300)
    pattern = models.CharField(max_length=200)
    format = models.CharField(max_length=60)
    done_rule = models.CharField(max_length=10)
    marker_suffix = models.CharField(max_length=20, blank=True)
    checksum_suffix = models.CharField(max_length=20, blank=True)
    checks_sequence = models.BooleanField(default=False)
    expected = models.CharField(max_length=10, default="never")
    expected_by = models.TimeField(null=True)
    applies_itself = models.BooleanField(default=True)
    every_minutes = models.PositiveSmallIntegerField(default=10)
    # What was there at the last look: name → size, for files that are still growing.
    listed = models.JSONField(default=dict)
    looked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    problem_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    tested = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class FilePickup(models.Model):
    """One file that was picked up, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(FileSource, on_delete=models.CASCADE, related_name="pickups")
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveIntegerField(null=True)
    for_day = models.DateField(null=True)
    state = models.CharField(max_length=12)
    problem = models.CharField(max_length=40, blank=True)
    words = models.JSONField(default=list)
    import_job = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "-found_at"], name="file_pickup_newest"),
            models.Index(fields=["source", "content_hash"], name="file_pickup_content"),
            models.Index(fields=["import_job"], name="file_pickup_import"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class QuarantinePiece(models.Model):
    """A sealed piece of a file that was stopped; removed once somebody decided about it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pickup = models.ForeignKey(FilePickup, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pickup", "position"], name="quarantine_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pickup_id} {self.position}"


class PostalCorrection(models.Model):
    """A postal code that the city chose itself, for one address or for a place with all its numbers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the address as it is compared; a place is no secret and stands beside it.
    key_index = models.BinaryField(max_length=32, unique=True)
    area = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=7)
    edition = models.CharField(max_length=20)
    decided_at = models.DateTimeField()
    decided_by_id = models.CharField(max_length=64)
    decided_by_name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.area} {self.code}"


class PostalQuestion(models.Model):
    """A card whose postal code is not certain and waits for a person."""

    card = models.OneToOneField(
        Card, on_delete=models.CASCADE, primary_key=True, related_name="postal_question"
    )
    reason = models.CharField(max_length=20)
    codes = ArrayField(models.CharField(max_length=7), default=list)
    edition = models.CharField(max_length=20)
    asked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["asked_at", "card"], name="postal_question_oldest")]

    def __str__(self) -> str:
        return str(self.card_id)


class RenewalTarget(models.Model):
    """Somebody on the list of those whose card is to be renewed, and the card that was made for them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_index = models.BinaryField(max_length=32, unique=True)
    holder_index = models.BinaryField(max_length=32, null=True)
    fingerprint = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    expires_on = models.DateField(null=True)
    state = models.CharField(max_length=10, default="only_list")
    exception = models.CharField(max_length=20, blank=True)
    card = models.ForeignKey(Card, null=True, on_delete=models.SET_NULL, related_name="renewal_targets")
    # Whether a person settled the match; matching again leaves it alone.
    is_settled = models.BooleanField(default=False)
    settled_by_name = models.CharField(max_length=120, blank=True)
    matched_at = models.DateTimeField(null=True)
    import_job = models.UUIDField(null=True)
    last_import = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "expires_on", "id"], name="renewal_list"),
            models.Index(fields=["holder_index"], name="renewal_holder"),
        ]

    def __str__(self) -> str:
        return str(self.id)
