"""Pages of the list of cards and of one card."""

from django.urls import path

from plugins.card_management.views import pages

urlpatterns = [
    path("", pages.index, name="index"),
    path("<uuid:card_id>/", pages.show, name="show"),
    path("<uuid:card_id>/move/", pages.move, name="move"),
]
