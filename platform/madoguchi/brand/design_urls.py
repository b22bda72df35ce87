from django.urls import path

from madoguchi.brand import views

urlpatterns = [path("", views.parts, name="design")]
