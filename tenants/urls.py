"""The operators' pages."""

from django.urls import path

from tenants.views import city_list

urlpatterns = [path("", city_list, name="staff_home")]
