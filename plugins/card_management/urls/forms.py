"""Pages of filled forms and printed letters, mounted at cards/ on the staff hosts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
