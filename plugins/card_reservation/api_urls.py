"""What programs reach, mounted at api/v1/ on every staff host."""

from django.urls import path

from plugins.card_reservation.api import bookings, slots

urlpatterns = [
    path("bookings/", bookings.Bookings.as_view()),
    path("bookings/<uuid:booking_id>/", bookings.OneBooking.as_view()),
    path("bookings/<uuid:booking_id>/move/", bookings.Move.as_view()),
    path("bookings/<uuid:booking_id>/cancel/", bookings.Cancel.as_view()),
    path("bookings/<uuid:booking_id>/visit/", bookings.Visit.as_view()),
    path("slots/", slots.Slots.as_view()),
]
