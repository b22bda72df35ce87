"""The operators' pages."""

from django.urls import include, path

urlpatterns = [path("", include("tenants.console.urls"))]
