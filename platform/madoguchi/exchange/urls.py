from django.urls import path

from madoguchi.exchange import profile_views, views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("template/", views.template, name="template"),
    path("profiles/", profile_views.index, name="profiles"),
    path("profiles/new/", profile_views.new, name="profile_new"),
    path("profiles/<uuid:profile_id>/", profile_views.show, name="profile"),
    path("profiles/<uuid:profile_id>/change/", profile_views.change, name="profile_change"),
    path("profiles/<uuid:profile_id>/switch/", profile_views.switch, name="profile_switch"),
    path("doctor/", profile_views.examine, name="doctor"),
    path("<uuid:import_id>/", views.show, name="show"),
    path("<uuid:import_id>/problems/", views.problems, name="problems"),
    path("<uuid:import_id>/pass/", views.let_pass, name="let_pass"),
    path("<uuid:import_id>/apply/", views.apply, name="apply"),
    path("<uuid:import_id>/discard/", views.discard, name="discard"),
    path("<uuid:import_id>/undo/", views.undo, name="undo"),
]
