from madoguchi.hooks import apps


class CardReservationConfig(apps.PluginConfig):
    name = "plugins.card_reservation"
    label = "card_reservation"
    default = True
    default_auto_field = "django.db.models.BigAutoField"
