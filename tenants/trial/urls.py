"""The address of the preparations."""

from django.urls import path

from tenants.trial.views import go_live

urlpatterns = [path("", go_live, name="go_live")]
