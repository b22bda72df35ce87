from django.urls import path

from madoguchi.web.api import pages

app_name = "api_access"

urlpatterns = [
    path("", pages.index, name="index"),
    path("new/", pages.make, name="make"),
    path("documentation/", pages.documentation, name="documentation"),
    path("tokens/<uuid:token_id>/rotate/", pages.rotate, name="rotate"),
    path("tokens/<uuid:token_id>/revoke/", pages.revoke, name="revoke"),
    path("webhooks/new/", pages.add_webhook, name="add_webhook"),
    path("webhooks/<uuid:webhook_id>/", pages.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/ping/", pages.ping, name="ping"),
    path("webhooks/<uuid:webhook_id>/stop/", pages.stop, name="stop"),
]
