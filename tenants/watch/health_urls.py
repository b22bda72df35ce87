"""The address at which a city says how it is, on its residents' and its staff's hosts."""

from django.urls import path

from tenants.watch import views

urlpatterns = [path("healthz", views.health, name="healthz")]
