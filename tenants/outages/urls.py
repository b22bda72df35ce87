"""The outages of a city, for its own staff."""

from django.urls import path

from tenants.outages import views

app_name = "outages"
urlpatterns = [
    path("", views.city_outages, name="list"),
    path("<uuid:outage_id>/answer/", views.answer, name="answer"),
]
