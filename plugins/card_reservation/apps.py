from django.utils.translation import gettext_lazy as _

from madoguchi.hooks import apps


class CardReservationConfig(apps.PluginConfig):
    name = "plugins.card_reservation"
    label = "card_reservation"
    verbose_name = _("交付予約")
    default = True
    default_auto_field = "django.db.models.BigAutoField"
