"""Cards that wait for their holders, and every move one of them made."""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from plugins.card_management.rules.life_cycle import FIRST_STATE

SEALED: Final = "card_management_card.sealed"


class Card(models.Model):
    """A card of the city: what names a person is sealed, what finds it is a keyed index."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference_index = models.BinaryField(max_length=32)
    birthday_index = models.BinaryField(max_length=32)
    person_index = models.BinaryField(max_length=32)
    fingerprint = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    state = models.CharField(max_length=20, default=FIRST_STATE)
    storage = models.CharField(max_length=60, blank=True)
    arrived_on = models.DateField()
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
        ]

    def __str__(self) -> str:
        return str(self.id)


class CardMovement(models.Model):
    """One move of a card through its life: who, when, from where to where."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="movements")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    moved_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("カードの移動")
        verbose_name_plural = _("カードの移動")
        indexes: ClassVar = [models.Index(fields=["card", "id"], name="card_movement_order")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.action}"
