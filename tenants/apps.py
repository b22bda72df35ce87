"""Django's view of this package."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"

    def ready(self) -> None:
        """Register the look at the disks."""
        from tenants import disks  # noqa: F401
