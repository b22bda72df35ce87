from django.urls import path

from madoguchi.jobs import bulk_views, views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("bulk/", bulk_views.ask, name="bulk_ask"),
    path("bulk/<uuid:run_id>/", bulk_views.show, name="bulk"),
    path("bulk/<uuid:run_id>/undo/", bulk_views.take_back, name="bulk_undo"),
    path("<uuid:job_id>/", views.show, name="show"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
