"""Residents' contact data, the links mailed to them and what they agreed to."""

from uuid import uuid4

from django.db import models


class Contact(models.Model):
    """An e-mail address, sealed, and the language its owner reads."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.BinaryField()
    email_index = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email_index", "language"], name="contact_once_per_language"),
        ]


class StaffAddress(models.Model):
    """Where the city's own staff read mail, sealed: it stays where residents' addresses are not kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.BinaryField()
    email_index = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["email_index", "language"], name="staff_address_once"),
        ]


class Link(models.Model):
    """A mailed link: its token is kept only as a hash that is bound to the city and the purpose."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    token_hash = models.BinaryField(max_length=32, unique=True)
    # None where nobody left an address: such a link is shown once on the page instead of mailed.
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="links", null=True)
    subject = models.UUIDField(null=True, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "purpose", "created_at"], name="link_by_contact"),
            models.Index(fields=["expires_at"], name="link_by_expiry"),
        ]


class Consent(models.Model):
    """That somebody agreed to a version of a document; the person is a keyed index and never a name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.BinaryField(max_length=32)
    document = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    agreed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "document", "version"], name="consent_once_per_version"
            ),
        ]


class Attempt(models.Model):
    """A guess that failed, or a mail asked for, under keyed indexes of its network and its subject."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    network = models.BinaryField(max_length=16)
    subject = models.BinaryField(max_length=16)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "at"], name="attempt_by_time"),
            models.Index(fields=["kind", "network", "at"], name="attempt_by_network"),
        ]


class SpentProof(models.Model):
    """A proof of work that was handed in: it counts once."""

    id = models.BigAutoField(primary_key=True)
    nonce = models.BinaryField(max_length=16, unique=True)
    ends_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["ends_at"], name="spent_proof_by_end")]
