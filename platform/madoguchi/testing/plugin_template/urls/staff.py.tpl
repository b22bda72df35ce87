"""What staff reach."""

from django.urls import path

from plugins.plugin_name import views

app_name = "plugin_name_staff"

urlpatterns = [
    path("", views.board, name="board"),
    path("<uuid:note_id>/close/", views.close, name="close"),
]
