"""How a city fares, for its own staff."""

from django.urls import path

from tenants.watch import views

app_name = "watch"
urlpatterns = [path("", views.availability, name="availability")]
