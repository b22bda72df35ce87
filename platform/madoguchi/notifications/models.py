import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    JA = "ja", _("日本語")
    EN = "en", _("英語")
    JA_EASY = "ja-easy", _("やさしい日本語")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("送信待ち")
    SENT = "sent", _("送信済み")
    BOUNCED = "bounced", _("宛先に届きません")
    FAILED = "failed", _("送信できません")
    HELD = "held", _("保留（試行中）")


class MessageTemplate(models.Model):
    """One version of a city's own wording of a message in one language; the newest is used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    language = models.CharField(max_length=10, choices=Language)
    version = models.PositiveIntegerField()
    # Going back to the text a message is delivered with is a version too: nothing is ever lost.
    is_default = models.BooleanField(default=False)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("kind", "language", "version"), name="one_wording_per_version"),
        )


class Delivery(models.Model):
    """One message to one contact: written with the change it tells of, sent by the relay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Repeats of the same notice carry the same key and change nothing.
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    contact_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    language = models.CharField(max_length=10, blank=True)
    # The values of the placeholders; emptied once sent, for they may hold a resident's link.
    sealed = models.BinaryField()
    masked_address = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("-created_at",), name="delivery_newest"),
            models.Index(fields=("contact_id",), name="delivery_contact"),
        )


class AllowedAddress(models.Model):
    """An address, or a whole domain, to which a city in trial may write."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()
    lookup = models.BinaryField(max_length=32, unique=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()
        ordering = ("added_at", "id")
