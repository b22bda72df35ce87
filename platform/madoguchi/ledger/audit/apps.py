"""The audit list as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Entries of the current city, never changed and never deleted."""

    name = "madoguchi.ledger.audit"
    label = "audit"
