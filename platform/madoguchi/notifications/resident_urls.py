"""Mounted at mail/ on every resident host."""

from django.urls import path

from madoguchi.notifications.views import stopping

urlpatterns = [path("stop/<str:token>/", stopping.stop_mailings, name="stop_mailings")]
