"""The desk, mounted at reservations/ on every staff host."""

from django.urls import path

from plugins.card_reservation.views import (
    day_board,
    desk,
    guesses,
    listed,
    marking,
    notices,
    overlay,
    papers,
    personal_data,
    queue,
    slots,
)

app_name = "reservations"

urlpatterns = [
    path("", day_board.board, name="day_board"),
    path("list/", listed.bookings, name="list"),
    path("missed/", listed.no_shows, name="no_shows"),
    path("new/", desk.new, name="new"),
    path("queue/", queue.show, name="queue"),
    path("queue/check-in/", queue.check_in, name="queue_check_in"),
    path("queue/walk-in/", queue.walk_in, name="queue_walk_in"),
    path("queue/next/", queue.call_next, name="queue_next"),
    path("queue/wall/", queue.wall, name="queue_wall"),
    path("queue/<uuid:turn_id>/step/", queue.step, name="queue_step"),
    path("day/", papers.day, name="day"),
    path("day/pdf/", papers.day_pdf, name="day_pdf"),
    path("kits/", papers.kits, name="kits"),
    path("kits/<uuid:kit_id>/", papers.kit, name="kit"),
    path("kits/<uuid:kit_id>/pdf/", papers.kit_pdf, name="kit_pdf"),
    path("notices/", notices.index, name="notices"),
    path("notices/<uuid:notice_id>/", notices.change, name="notice"),
    path("names/", overlay.names, name="names"),
    path("personal-data/", personal_data.personal_data, name="personal_data"),
    path("guesses/", guesses.guesses, name="guesses"),
    path("slots/", slots.week, name="slots"),
    path("slots/day/", slots.day, name="slots_day"),
    path("<uuid:booking_id>/slip/", papers.slip, name="slip"),
    path("<uuid:booking_id>/slip/pdf/", papers.slip_pdf, name="slip_pdf"),
    path("<uuid:booking_id>/", desk.detail, name="detail"),
    path("<uuid:booking_id>/move/", desk.move, name="move"),
    path("<uuid:booking_id>/cancel/", desk.cancel, name="cancel"),
    path("<uuid:booking_id>/caller/", desk.caller, name="caller"),
    path("<uuid:booking_id>/visit/", marking.mark, name="mark"),
]
