from django.urls import path

from madoguchi.brand import views

urlpatterns = [path("logo/<str:name>", views.logo, name="logo")]
