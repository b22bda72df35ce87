"""The room that every page is built in."""

from django.apps import AppConfig

from madoguchi.web.intake.fields import guard_all_fields

# Before any form of any app is written down: a field takes its validators when it is made.
guard_all_fields()


class WebConfig(AppConfig):
    """Templates, styles and components shared by all pages."""

    name = "madoguchi.web"
    label = "web"

    def ready(self) -> None:
        """Register the check of what looks into uploads."""
        from madoguchi.web.intake import checks  # noqa: F401
