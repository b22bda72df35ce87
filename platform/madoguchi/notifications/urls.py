from django.urls import path

from madoguchi.notifications.views import allowed, deliveries, templates

urlpatterns = [
    path("templates/", templates.message_templates, name="message_templates"),
    path("templates/<str:kind>/<str:language>/", templates.message_template, name="message_template"),
    path(
        "templates/<str:kind>/<str:language>/revert/",
        templates.message_template_revert,
        name="message_template_revert",
    ),
    path(
        "templates/<str:kind>/<str:language>/test/",
        templates.message_template_test,
        name="message_template_test",
    ),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("trial/", allowed.allowed_addresses, name="allowed_addresses"),
    path("trial/<uuid:address_id>/remove/", allowed.remove_address, name="remove_allowed_address"),
    path("trial/release/", allowed.release_held, name="release_held"),
]
