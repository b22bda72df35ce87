from django.urls import path

from madoguchi.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:job_id>/", views.show, name="show"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
