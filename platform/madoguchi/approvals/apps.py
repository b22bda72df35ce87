from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "madoguchi.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
