"""The desk, mounted at reservations/ on every staff host."""

from django.urls import path

from plugins.card_reservation.views import day_board, desk, marking

app_name = "reservations"

urlpatterns = [
    path("", day_board.board, name="day_board"),
    path("new/", desk.new, name="new"),
    path("<uuid:booking_id>/", desk.detail, name="detail"),
    path("<uuid:booking_id>/move/", desk.move, name="move"),
    path("<uuid:booking_id>/cancel/", desk.cancel, name="cancel"),
    path("<uuid:booking_id>/visit/", marking.mark, name="mark"),
]
