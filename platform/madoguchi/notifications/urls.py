from django.urls import path

from madoguchi.notifications.views import deliveries, templates

urlpatterns = [
    path("templates/", templates.message_templates, name="message_templates"),
    path("templates/<str:kind>/<str:language>/", templates.message_template, name="message_template"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
]
