"""Tokens of programs, answers that a repetition gets again, and addresses that are told of events."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """The key of one program, kept as a digest only: whoever loses it makes another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(_("使いみち"), max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    # The last characters, by which people tell one token from another.
    ending = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=80), verbose_name=_("できること"))
    # Columns of personal data that the program may read; all others are kept from it.
    sees = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("読める個人情報"))
    # As far as its maker's own work reaches; None for all places.
    places = ArrayField(models.UUIDField(), null=True)
    networks = ArrayField(models.CharField(max_length=50), default=list, verbose_name=_("接続元"))
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField(_("有効期限"))
    used_at = models.DateTimeField(null=True)
    used_from = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("-made_at", "id")
        default_permissions = ()

    def __str__(self) -> str:
        return self.label


class KeptAnswer(models.Model):
    """What a write was answered, sealed, for the day in which its sender may ask again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="api_answer_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kept_at"], name="api_answer_by_age")]


class Webhook(models.Model):
    """An address of the city that is told of events, each message signed with a secret of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(_("使いみち"), max_length=60)
    address = models.CharField(_("送り先のアドレス"), max_length=300)
    events = ArrayField(models.CharField(max_length=100), verbose_name=_("知らせること"))
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    stopped_at = models.DateTimeField(null=True)
    # Messages in a row that were not taken; after some of them the address is left in peace for a while.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at", "id")
        default_permissions = ()

    def __str__(self) -> str:
        return self.label


class WebhookMessage(models.Model):
    """One event for one address, and how telling it went."""

    class State(models.TextChoices):
        """How far a message has come."""

        WAITING = "waiting", _("送信待ち")
        DELIVERED = "delivered", _("届いた")
        FAILED = "failed", _("届かなかった")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    event = models.CharField(max_length=100)
    event_key = models.UUIDField()
    content = models.JSONField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    # No longer written; goes with the next release.
    queued = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(null=True)
    # The kind of error only: a sentence could repeat an address.
    why = models.CharField(max_length=80, blank=True, default="", db_default="")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "id")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "event_key"], name="api_message_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["made_at"], name="api_message_by_age")]
