"""Django's view of this room, and the configuration every plugin starts from."""

from django.apps import AppConfig


class PluginConfig(AppConfig):
    """An installed plugin: migrated everywhere, visible where a city has switched it on.

    Import the module, not the class: ``from madoguchi.hooks import apps``. Django picks neither
    of two configurations it finds in one ``apps.py``.
    """

    default = False


class HooksConfig(AppConfig):
    name = "madoguchi.hooks"
    label = "hooks"
    default = True

    def ready(self) -> None:
        """Register the plugins once every app is known."""
        from madoguchi.hooks.registry import plugins

        plugins.load()
