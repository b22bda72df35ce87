from django.urls import path

from lost_property import views

app_name = "lost_property_staff"
urlpatterns = [path("", views.board, name="board")]
