"""What people prove themselves by, and what a city asks of them when they sign in."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountPolicy(models.Model):
    """What a city chose of one part of its accounts; only what differs from the defaults."""

    id = models.BigAutoField(primary_key=True)
    part = models.CharField(max_length=40, unique=True)
    chosen = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.part


class AuthenticatorApp(models.Model):
    """The app that shows a person six digits every half minute; its secret is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.OneToOneField("accounts.Staff", on_delete=models.CASCADE, related_name="app")
    sealed = models.BinaryField()
    # The newest half minute whose digits were used: none is good twice.
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class RecoveryCode(models.Model):
    """A code on paper for the day without phone and key, kept as a digest, good once."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class Passkey(models.Model):
    """The public half of a key that a device or a token of this person holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("名前"), max_length=40)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    # Found by the device itself and opened by its own check of the person: it needs no password beside it.
    is_passwordless = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("added_at", "id")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class FormerPassword(models.Model):
    """The hash of a password that this person must not choose again for a while."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ("-ended_at", "-id")
        default_permissions = ()


class MailCode(models.Model):
    """A code that goes to a person's mail when somebody guesses at their password; sealed, good once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.OneToOneField("accounts.Staff", on_delete=models.CASCADE, related_name="mail_code")
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class FailureCount(models.Model):
    """How often something failed for one name on one day, from whatever address; the name is an index."""

    id = models.BigAutoField(primary_key=True)
    name = models.BinaryField(max_length=32)
    day = models.DateField()
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "day"], name="failure_count_of_a_day"),
        ]


class IdentityProvider(models.Model):
    """The sign-in of a city's own directory (OpenID Connect); its secret is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(_("ボタンの名前"), max_length=40)
    issuer = models.URLField(_("発行者（issuer）のURL"), max_length=300, unique=True)
    client_id = models.CharField(_("クライアントID"), max_length=200)
    sealed_secret = models.BinaryField()
    staff_code_claim = models.CharField(_("職員コードが入る項目"), max_length=60, blank=True)
    matches_mail = models.BooleanField(default=False)
    adds_staff = models.BooleanField(default=False)
    counts_as_two = models.BooleanField(default=False)
    is_active = models.BooleanField(default=False)
    # What the provider says of itself and its public keys, so that most sign-ins ask it once only.
    metadata = models.JSONField(default=dict)
    metadata_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    tested_by = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.label


class ProviderAccount(models.Model):
    """Which account of the city's directory belongs to which person, from the first sign-in on."""

    id = models.BigAutoField(primary_key=True)
    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="accounts")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="provider_accounts")
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "subject"], name="provider_subject_once"),
            models.UniqueConstraint(fields=["provider", "staff"], name="provider_staff_once"),
        ]
