"""Wagtail's editor for staff who hold the permission; they sign in where all staff do."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_admin

from cms.editor import redirects
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
    # A file left between two steps would lie where every city's files lie.
    path("redirects/import/", nothing_here),
    path("redirects/import/process/", nothing_here),
    path("redirects/", for_editors(redirects.AddressList.as_view())),
    path("redirects/results/", for_editors(redirects.AddressList.as_view(results_only=True))),
    path("redirects/add/", for_editors(redirects.NewAddress.as_view())),
    path("redirects/<int:redirect_id>/", for_editors(redirects.ChangedAddress.as_view())),
    *documents,
    path("", include(wagtail_admin)),
]
