"""The registers of a city, for its own staff."""

from django.urls import path

from tenants.registers import views

app_name = "registers"
urlpatterns = [
    path("", views.city_registers, name="list"),
    path("flows/", views.city_flows, name="flows"),
    path("requirements/", views.city_compliance, name="compliance"),
]
