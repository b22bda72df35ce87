"""Addresses of the bare host localhost."""

from django.urls import path

from deploy.local import index_views

urlpatterns = [
    path("", index_views.index, name="index"),
    path("local.css", index_views.stylesheet, name="local_stylesheet"),
]
