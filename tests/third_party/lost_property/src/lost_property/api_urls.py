from django.urls import path

from lost_property import views

app_name = "lost_property_api"
urlpatterns = [path("reports/", views.reports, name="reports")]
