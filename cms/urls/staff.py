"""Wagtail's editor for staff who hold the permission; they sign in where all staff do."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_admin

from cms.gate import account_elsewhere, for_editors, sign_in_elsewhere, sign_out_elsewhere
from cms.urls.documents import urlpatterns as documents
from cms.views import nothing_here
from madoguchi.hooks.gates import each_view

each_view(wagtail_admin.urlpatterns, for_editors)

urlpatterns = [
    path("login/", sign_in_elsewhere, name="wagtail_sign_in"),
    path("password_reset/", sign_in_elsewhere),
    path("logout/", sign_out_elsewhere),
    path("account/", account_elsewhere),
    # Wagtail's page that breaks on purpose, for people who try their logs.
    path("failwhale/", nothing_here),
    *documents,
    path("", include(wagtail_admin)),
]
