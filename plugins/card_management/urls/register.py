"""Pages of the register of residents, mounted at cards/ on the staff hosts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
