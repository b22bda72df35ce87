"""What residents reach."""

from django.urls import path

from plugins.plugin_name import views

app_name = "plugin_name"

urlpatterns = [
    path("", views.write, name="write"),
    path("thanks/", views.thanks, name="thanks"),
]
