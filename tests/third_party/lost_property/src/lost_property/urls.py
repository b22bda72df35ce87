from django.urls import path

from lost_property import views

app_name = "lost_property"
urlpatterns = [path("", views.report, name="report")]
