from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceLevelConfig(AppConfig):
    name = "madoguchi.service_level"
    label = "service_level"
    verbose_name = _("サービスの報告")
    default_auto_field = "django.db.models.BigAutoField"
