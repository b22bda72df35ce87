"""Cards that wait for their holders, every move one of them made, and what staff noted of it."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.life_cycle import FIRST_STATE

SEALED: Final = "card_management_card.sealed"
REASON_SEALED: Final = "card_management_cardreason.sealed"
PAGE_SEALED: Final = "card_management_searchpage.sealed"
NOTE_SEALED: Final = "card_management_noteversion.sealed"


class Card(models.Model):
    """A card of the city: what names a person is sealed, what finds it is a keyed index."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference_index = models.BinaryField(max_length=32)
    birthday_index = models.BinaryField(max_length=32)
    person_index = models.BinaryField(max_length=32)
    # Joins the cards of one person; empty for a card that came in before there was such an index.
    holder_index = models.BinaryField(max_length=32, null=True)
    fingerprint = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    state = models.CharField(max_length=20, default=FIRST_STATE)
    kind = models.CharField(max_length=10, default=Kind.NEW, db_default=Kind.NEW.value)
    batch = models.CharField(max_length=40, blank=True, default="", db_default="")
    flags = ArrayField(models.CharField(max_length=30), default=list, db_default=[])
    storage = models.CharField(max_length=60, blank=True)
    site = models.UUIDField(null=True)
    # Where it lies there; a card on its way and one that is gone lie nowhere.
    spot = models.ForeignKey(
        "card_management.Spot", null=True, on_delete=models.SET_NULL, related_name="cards", db_index=False
    )
    wanted_site = models.UUIDField(null=True)
    wanted_on = models.DateField(null=True)
    wanted_booking = models.UUIDField(null=True)
    visit = models.CharField(max_length=10, blank=True, default="", db_default="")
    arrived_on = models.DateField()
    received_on = models.DateField(null=True)
    notice_sent_on = models.DateField(null=True)
    notice_returned_on = models.DateField(null=True)
    notice_resent_on = models.DateField(null=True)
    deadline_on = models.DateField(null=True)
    handed_over_on = models.DateField(null=True)
    reserved_at = models.DateTimeField(null=True)
    import_job = models.UUIDField(null=True)
    last_import = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("カード")
        verbose_name_plural = _("カード")
        constraints: ClassVar = [
            # A number repeats in real life: only number and whole birth date together name one person.
            models.UniqueConstraint(fields=["birthday_index", "person_index"], name="card_one_per_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reference_index"], name="card_reference"),
            models.Index(fields=["state", "arrived_on", "id"], name="card_list"),
            models.Index(fields=["import_job"], name="card_import_job"),
            models.Index(fields=["holder_index"], name="card_holder"),
            # Few cards are wanted, late or flagged: these indexes cost an import nothing.
            models.Index(
                fields=["wanted_on", "id"], name="card_wanted", condition=Q(wanted_on__isnull=False)
            ),
            models.Index(
                fields=["deadline_on", "id"], name="card_deadline", condition=Q(deadline_on__isnull=False)
            ),
            models.Index(fields=["spot", "id"], name="card_in_spot", condition=Q(spot__isnull=False)),
            models.Index(fields=["id"], name="card_flagged", condition=~Q(flags=[])),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CardReason(models.Model):
    """Why a card was moved or a fact beside it changed: what somebody typed may name a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reasons")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)


class CardMovement(models.Model):
    """One move of a card through its life: who, when, from where to where, and why; never changed."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="movements")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    # Where it lay after the move.
    site = models.UUIDField(null=True)
    reason = models.ForeignKey("CardReason", null=True, on_delete=models.SET_NULL, related_name="+")
    scanned = models.BooleanField(default=False, db_default=False)
    corrects = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="corrections")
    moved_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("カードの移動")
        verbose_name_plural = _("カードの移動")
        indexes: ClassVar = [
            models.Index(fields=["card", "id"], name="card_movement_order"),
            models.Index(fields=["moved_at", "id"], name="card_movement_time"),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.action}"


class CardChange(models.Model):
    """One change of a fact beside a card, such as its kind or the day its notice was sent; never changed."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="changes")
    fact = models.CharField(max_length=30)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    reason = models.ForeignKey("CardReason", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["card", "id"], name="card_change_order")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.fact}"


class CardNote(models.Model):
    """A note of staff about a card; its words stand in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="notes")
    # Pinned: read at the hand-over before anything else, until somebody says that it was read.
    is_pinned = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=120, blank=True, default="")
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["card", "created_at"], name="card_note_order")]

    def __str__(self) -> str:
        return str(self.id)


class NoteVersion(models.Model):
    """The words of a note at one time, sealed; a correction is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(CardNote, on_delete=models.CASCADE, related_name="versions")
    sealed = models.BinaryField()
    written_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["note", "written_at"], name="card_note_versions")]

    def __str__(self) -> str:
        return str(self.id)


class SearchPage(models.Model):
    """What one box looks through, of all cards whose key begins alike, sealed as one; made anew when dropped.

    Opening a card for every word would take seconds in a large city, and an index of names would tell.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
