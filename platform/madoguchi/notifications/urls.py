from django.urls import path

from madoguchi.notifications.views import deliveries, templates

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
]
