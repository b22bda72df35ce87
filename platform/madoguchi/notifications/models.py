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
    WAITING = "waiting", _("順番待ち")
    SUPPRESSED = "suppressed", _("送っていません")
    DROPPED = "dropped", _("取りやめ")


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
    # What the message is about, such as a booking; and the mailing it belongs to.
    about = models.UUIDField(null=True)
    mailing_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    # Somebody told the resident in another way: nothing is left to do.
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        default_permissions = ()
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("-created_at",), name="delivery_newest"),
            models.Index(fields=("contact_id",), name="delivery_contact"),
            models.Index(fields=("about",), name="delivery_about", condition=models.Q(about__isnull=False)),
            models.Index(
                fields=("mailing_id", "state", "due_at"),
                name="delivery_mailing",
                condition=models.Q(mailing_id__isnull=False),
            ),
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


class Suppression(models.Model):
    """An address, known by its keyed index alone, to which mails are not sent for a reason."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("メールが届きませんでした")
        COMPLAINED = "complained", _("迷惑メールとして報告されました")
        OPTED_OUT = "opted_out", _("お知らせの停止の申し出がありました")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address_index = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=10, choices=Reason)
    masked_address = models.CharField(max_length=120)
    error = models.CharField(max_length=200, blank=True)
    delivery_id = models.UUIDField(null=True)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("address_index", "reason"),
                condition=models.Q(lifted_at__isnull=True),
                name="suppressed_once_per_reason",
            ),
        )


class Mailing(models.Model):
    """One mail to many residents: written, looked at, confirmed, and sent piece by piece."""

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ASKED = "asked", _("承認待ち")
        CONFIRMED = "confirmed", _("準備中")
        SENDING = "sending", _("送信中")
        PAUSED = "paused", _("一時停止中")
        STOPPED = "stopped", _("中止")
        DONE = "done", _("完了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=80)
    answers = models.JSONField(default=dict)
    # Per language: subject and body.
    texts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Every confirmation or resumption begins a new chain of turns; an older chain ends by itself.
    turn = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    created_by_id = models.CharField(max_length=64)
    created_by_name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    confirmed_by_name = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "id")

    @property
    def subject(self) -> str:
        """Name the mailing by its Japanese subject."""
        return str(self.texts.get("ja", {}).get("subject", ""))


class SenderDomain(models.Model):
    """The address in whose name a city writes, with the key that signs its mails; the newest is used."""

    class Check(models.TextChoices):
        UNKNOWN = "unknown", _("未確認")
        FOUND = "found", _("確認できました")
        MISSING = "missing", _("見つかりません")
        WRONG = "wrong", _("内容が違います")
        FAILED = "failed", _("調べられませんでした")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=254)
    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=40)
    public_key = models.TextField()
    sealed = models.BinaryField()
    spf = models.CharField(max_length=10, choices=Check, default=Check.UNKNOWN)
    dkim = models.CharField(max_length=10, choices=Check, default=Check.UNKNOWN)
    dmarc = models.CharField(max_length=10, choices=Check, default=Check.UNKNOWN)
    is_in_use = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-made_at", "id")
