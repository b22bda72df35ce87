from django.utils.translation import gettext_lazy as _

from madoguchi.hooks import apps


class CardManagementConfig(apps.PluginConfig):
    """The ledger of cards that wait for their holders."""

    name = "plugins.card_management"
    label = "card_management"
    verbose_name = _("カード管理")
    default = True
    default_auto_field = "django.db.models.BigAutoField"
