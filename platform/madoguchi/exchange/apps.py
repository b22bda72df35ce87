from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Files that come in: upload, check, preview, apply, undo."""

    name = "madoguchi.exchange"
    label = "exchange"
    verbose_name = _("取込")
    default_auto_field = "django.db.models.BigAutoField"
