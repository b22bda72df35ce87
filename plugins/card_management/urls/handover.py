"""Pages of hand-overs, mounted at cards/ on the staff hosts."""

from django.urls import URLPattern, path

from plugins.card_management.views import handover, handover_chip

urlpatterns: list[URLPattern] = [
    path("handover/", handover.start, name="handover_start"),
    path("handover/chip/", handover_chip.page, name="handover_chip"),
    path("handover/chip/token/", handover_chip.token, name="handover_chip_token"),
    path("handover/chip/setup/", handover_chip.setup, name="handover_chip_setup"),
    path("handover/<uuid:card_id>/", handover.card, name="handover_card"),
    path("handover/<uuid:card_id>/done/", handover.done, name="handover_done"),
    path("handover/<uuid:card_id>/override/", handover.override, name="handover_override"),
]
