"""What programs reach, mounted at api/v1/ on every staff host."""

from django.urls import path

from plugins.card_reservation.api import arrivals, bookings, kiosk, kiosk_choosing, parties, slots

urlpatterns = [
    path("bookings/", bookings.Bookings.as_view()),
    path("bookings/without-notice/", bookings.WithoutNotice.as_view()),
    path("bookings/find/", parties.Find.as_view()),
    path("bookings/<uuid:booking_id>/", bookings.OneBooking.as_view()),
    path("bookings/<uuid:booking_id>/move/", bookings.Move.as_view()),
    path("bookings/<uuid:booking_id>/cancel/", bookings.Cancel.as_view()),
    path("bookings/<uuid:booking_id>/join/", parties.Join.as_view()),
    path("bookings/<uuid:booking_id>/leave/", parties.Leave.as_view()),
    path("bookings/<uuid:booking_id>/visit/", bookings.Visit.as_view()),
    path("services/", slots.Services.as_view()),
    path("slots/", slots.Slots.as_view()),
    path("kiosk/services/", kiosk_choosing.Services.as_view()),
    path("kiosk/places/", kiosk_choosing.Places.as_view()),
    path("kiosk/party/", kiosk_choosing.Party.as_view()),
    path("kiosk/days/", kiosk_choosing.Days.as_view()),
    path("kiosk/times/", kiosk_choosing.Times.as_view()),
    path("kiosk/terms/", kiosk_choosing.Terms.as_view()),
    path("kiosk/bookings/", kiosk.Book.as_view()),
    path("kiosk/own/", kiosk.Own.as_view()),
    path("kiosk/own/move/", kiosk.MoveOwn.as_view()),
    path("kiosk/own/cancel/", kiosk.CancelOwn.as_view()),
    path("kiosk/own/join/", kiosk.JoinOwn.as_view()),
    path("kiosk/own/leave/", kiosk.LeaveOwn.as_view()),
    path("kiosk/check-in/", arrivals.CheckIn.as_view()),
]
