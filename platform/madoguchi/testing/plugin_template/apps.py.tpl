"""Django's view of this plugin."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks import apps


class PluginNameConfig(apps.PluginConfig):
    """PLUGIN_LABEL."""

    name = "plugins.plugin_name"
    label = "plugin_name"
    verbose_name = _("PLUGIN_LABEL")
    default = True
    default_auto_field = "django.db.models.BigAutoField"
