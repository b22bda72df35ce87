from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Work that runs beside the pages, with progress that staff can watch."""

    name = "madoguchi.jobs"
    label = "jobs"
    verbose_name = _("処理")
    default_auto_field = "django.db.models.BigAutoField"
