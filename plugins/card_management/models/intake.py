"""Tables of what comes in: readers' profiles, what was read, addresses to decide on, cards as they were."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

CHOICE_SEALED: Final = "card_management_addresschoice.sealed"


class QrProfile(models.Model):
    """How the QR codes of one kind of list are written: a name for its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    version = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class QrProfileVersion(models.Model):
    """One state of a profile; it never changes, so that a reading can say how it was read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(QrProfile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    layout = models.JSONField()
    made_by_id = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "number"], name="qr_profile_version"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.number}"


class QrList(models.Model):
    """A list of several pages that is being read; what it is called on paper is found by a keyed index."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_index = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    pages = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    started_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-started_at", "id"], name="qr_list_newest")]

    def __str__(self) -> str:
        return self.name


class QrReading(models.Model):
    """One code that was read: never its text, only a keyed index that knows it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_index = models.BinaryField(max_length=32, unique=True)
    version = models.ForeignKey(QrProfileVersion, on_delete=models.PROTECT, related_name="readings")
    qr_list = models.ForeignKey(QrList, on_delete=models.CASCADE, null=True, related_name="readings")
    page = models.PositiveIntegerField(default=0)
    door = models.CharField(max_length=10)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    cards = ArrayField(models.UUIDField(), default=list)
    read_by_id = models.CharField(max_length=64)
    read_by_name = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-read_at", "id"], name="qr_reading_newest")]

    def __str__(self) -> str:
        return str(self.id)


class AddressChoice(models.Model):
    """A row of a list of addresses that fits several people, until somebody decides whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    import_job = models.UUIDField()
    line = models.PositiveIntegerField()
    candidates = ArrayField(models.UUIDField())
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["import_job", "line"], name="address_choice_order")]

    def __str__(self) -> str:
        return f"{self.import_job} {self.line}"


class CardBefore(models.Model):
    """A card as it was before an import changed it, kept as long as the import can be taken back."""

    id = models.BigAutoField(primary_key=True)
    import_job = models.UUIDField()
    card = models.ForeignKey("card_management.Card", on_delete=models.CASCADE, related_name="+")
    # The very bytes of the card's own column, bound to the card.
    bytes_before = models.BinaryField()
    fingerprint = models.BinaryField(max_length=32)
    holder_index = models.BinaryField(max_length=32, null=True)
    columns = models.JSONField()
    last_import = models.UUIDField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["import_job", "card"], name="card_before_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["taken_at"], name="card_before_old")]

    def __str__(self) -> str:
        return f"{self.import_job} {self.card_id}"
