from django.urls import path

from madoguchi.exchange import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("template/", views.template, name="template"),
    path("<uuid:import_id>/", views.show, name="show"),
    path("<uuid:import_id>/problems/", views.problems, name="problems"),
    path("<uuid:import_id>/apply/", views.apply, name="apply"),
    path("<uuid:import_id>/discard/", views.discard, name="discard"),
    path("<uuid:import_id>/undo/", views.undo, name="undo"),
]
