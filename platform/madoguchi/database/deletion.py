"""Deleting rows without reading them first.

django-tenants listens for the end of every row of every model, to drop the schema of a tenant that goes.
A model that somebody listens to is read whole before it is deleted: the pieces of an imported file, 50 MB,
or the pages of a search. Only the table of cities concerns it.
"""

from django.db.models.signals import post_delete  # noqa: TID251 - to hear less of it
from django_tenants.signals import tenant_delete_callback
from django_tenants.utils import get_tenant_model


def hear_only_of_tenants() -> None:
    """Let django-tenants listen to the tenants' own table alone."""
    post_delete.disconnect(tenant_delete_callback)
    post_delete.connect(tenant_delete_callback, sender=get_tenant_model())
