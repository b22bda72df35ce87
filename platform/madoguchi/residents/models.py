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


class Link(models.Model):
    """A mailed link: its token is kept only as a hash that is bound to the city and the purpose."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    token_hash = models.BinaryField(max_length=32, unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="links")
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
