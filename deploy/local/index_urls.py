"""Addresses of the bare host localhost."""

from django.urls import path

from deploy.local import index_views

handler400 = "madoguchi.web.errors.bad_request"
handler403 = "madoguchi.web.errors.permission_denied"
handler404 = "madoguchi.web.errors.page_not_found"
handler500 = "madoguchi.web.errors.server_error"

urlpatterns = [
    path("", index_views.index, name="index"),
    path("local.css", index_views.stylesheet, name="local_stylesheet"),
]
