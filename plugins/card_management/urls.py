from django.urls import path

from plugins.card_management.views import pages as views

app_name = "cards"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:card_id>/", views.show, name="show"),
    path("<uuid:card_id>/move/", views.move, name="move"),
]
