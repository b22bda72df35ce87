"""The room that every page is built in."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, styles and components shared by all pages."""

    name = "madoguchi.web"
    label = "web"
