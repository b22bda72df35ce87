from django.urls import path

from madoguchi.brand import views
from madoguchi.brand.resident_urls import urlpatterns as shared

urlpatterns = [
    path("", views.look_page, name="look_page"),
    path("preview/", views.look_preview, name="look_preview"),
    path("discard/", views.discard_look, name="discard_look"),
    path("first/", views.first_look, name="first_look"),
    path("restore/<uuid:look>/", views.restore_look, name="restore_look"),
    *shared,
]
