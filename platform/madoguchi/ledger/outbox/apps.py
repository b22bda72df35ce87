"""The outbox as a Django app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Events of the current city that wait for their handlers."""

    name = "madoguchi.ledger.outbox"
    label = "outbox"
