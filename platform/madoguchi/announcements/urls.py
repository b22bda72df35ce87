from django.urls import path

from madoguchi.announcements import views

urlpatterns = [
    path("emergency/", views.emergencies, name="emergencies"),
    path("emergency/new/", views.new_emergency, name="new_emergency"),
    path("emergency/<uuid:announcement>/", views.emergency, name="emergency"),
    path("emergency/<uuid:announcement>/end/", views.end_emergency, name="end_emergency"),
    path("booking/", views.booking_notes, name="booking_notes"),
    path("booking/new/", views.new_booking_note, name="new_booking_note"),
    path("booking/<uuid:announcement>/", views.booking_note, name="booking_note"),
    path("booking/<uuid:announcement>/end/", views.end_booking_note, name="end_booking_note"),
]
