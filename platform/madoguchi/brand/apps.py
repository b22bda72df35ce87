from django.apps import AppConfig


class BrandConfig(AppConfig):
    name = "madoguchi.brand"
    label = "brand"
    default_auto_field = "django.db.models.BigAutoField"
