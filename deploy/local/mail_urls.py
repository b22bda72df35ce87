"""Addresses of the host mail.localhost."""

from django.urls import path

from deploy.local import mail_views

handler400 = "madoguchi.web.errors.bad_request"
handler403 = "madoguchi.web.errors.permission_denied"
handler404 = "madoguchi.web.errors.page_not_found"
handler500 = "madoguchi.web.errors.server_error"

urlpatterns = [
    path("", mail_views.inbox, name="inbox"),
    path("messages.json", mail_views.messages_json, name="messages_json"),
    path("messages/<str:mail_id>/", mail_views.message, name="message"),
    path("messages/<str:mail_id>/html/", mail_views.message_html, name="message_html"),
    path("local.css", mail_views.stylesheet, name="local_stylesheet"),
]
