from django.utils.translation import gettext_lazy as _

from madoguchi.hooks import apps


class LostPropertyConfig(apps.PluginConfig):
    """Lost and found."""

    name = "lost_property"
    label = "lost_property"
    verbose_name = _("落とし物")
    default = True
    default_auto_field = "django.db.models.BigAutoField"
