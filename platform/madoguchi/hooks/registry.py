"""Who answers: installed plugins, what they declared, and which of them a city has switched on."""

import logging
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pluggy
from django.apps import apps
from django.conf import settings

from madoguchi.hooks import kinds, questions, specs
from madoguchi.hooks.markers import PROJECT
from madoguchi.tenancy import current_city, is_in_city

logger = logging.getLogger(__name__)
SPECIFICATIONS = (specs, questions)


class NobodyAnswers(LookupError):
    """No plugin that is active in this city has an answer: the asker must have a plan."""


class PluginRegistry:
    """All installed plugins; core rooms take part like any plugin and are always on."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        for page in SPECIFICATIONS:
            self._manager.add_hookspecs(page)
        self._core: set[str] = set()
        self._declared: dict[str, tuple[tuple[str, Any], ...]] = {}
        self._permissions: frozenset[str] = frozenset()

    def load(self) -> None:
        """Register every installed plugin and freeze what it declares; a mistake stops the process."""
        if self._declared:
            return
        for name in settings.MADOGUCHI["CORE_PLUGINS"]:
            self.register(name=name, module=import_module(f"{name}.plugin"), is_core=True)
        for name in settings.MADOGUCHI["PLUGINS"]:
            self.register(name=name.rpartition(".")[2], module=import_module(f"{name}.plugin"), is_core=False)
        self._manager.check_pending()
        self._declared = {hook: tuple(self._call_each(hook)) for hook in kinds.DECLARE}
        self._permissions = frozenset(each.name for _, each in self._declared["permissions"])

    def register(self, *, name: str, module: object, is_core: bool) -> None:
        """Take in one plugin under its name."""
        self._manager.register(module, name)
        if is_core:
            self._core.add(name)

    @property
    def names(self) -> tuple[str, ...]:
        """List the installed plugins that a city can switch on, in order."""
        return tuple(sorted(name for name, _ in self._manager.list_name_plugin() if name not in self._core))

    def owner_of(self, module: str) -> str:
        """Name the plugin in whose package a module lies; empty when it belongs to none."""
        for name, plugin in self._manager.list_name_plugin():
            package = getattr(plugin, "__name__", "").rpartition(".")[0]
            if package and f"{module}.".startswith(f"{package}."):
                return name
        return ""

    def declared(self, hook: str) -> tuple[Any, ...]:
        """List what all installed plugins declared under a hook."""
        return tuple(value for _, value in self.declared_by(hook))

    def declared_by(self, hook: str) -> tuple[tuple[str, Any], ...]:
        """List what was declared under a hook together with the plugin that declared it."""
        return self._declared[hook]

    @property
    def permissions(self) -> frozenset[str]:
        """Name every declared permission; a page of staff asks some hundred times."""
        return self._permissions

    def labels(self) -> dict[str, Any]:
        """Map every declared name that has a label to its label, whatever it names; plugins too."""
        found: dict[str, Any] = {
            name: apps.app_configs[name].verbose_name for name in self.names if name in apps.app_configs
        }
        for owner, value in (pair for hook in kinds.DECLARE for pair in self.declared_by(hook)):
            if hasattr(value, "name") and hasattr(value, "label"):
                found[value.name] = value.label
            if hasattr(value, "parts"):
                found.update({owner: value.label, **value.parts})
        return found

    def is_active(self, name: str) -> bool:
        """Tell whether a plugin is on in the current city; core rooms always are."""
        return name in self._core or (is_in_city() and name in current_city().active_plugins)

    def contributed(self, hook: str, **arguments: Any) -> list[Any]:
        """Collect what the active plugins add to a page, by order and plugin; a failing part is left out."""
        found: list[tuple[int, str, Any]] = []
        for name, value in self._call_each(hook, only_active=True, keep_going=True, **arguments):
            found.append((value.order, name, value))
        return [value for *_, value in sorted(found, key=lambda part: part[:2])]

    def ask(self, hook: str, **arguments: Any) -> Any:
        """Put a question to the plugins that are active in this city.

        Raises NobodyAnswers when none of them can answer.
        """
        for implementation in self._implementations(hook):
            if self.is_active(implementation.plugin_name):
                answer = _call(implementation, arguments)
                if answer is not None:
                    return answer
        raise NobodyAnswers(hook)

    def duty(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Collect what every installed plugin owes, on or off, with the plugin's name.

        A plugin that fails has its exception as its only result, so that nobody hides another.
        """
        found: list[tuple[str, Any]] = []
        for implementation in self._implementations(hook):
            name = implementation.plugin_name
            try:
                found += [(name, value) for value in _call(implementation, arguments)]
            except Exception as failure:
                found.append((name, failure))
        return found

    def announce(self, hook: str, *, only: str = "", **arguments: Any) -> None:
        """Tell installed plugins, or only one, what happens to a city; a failure reaches the caller."""
        for implementation in self._implementations(hook):
            if only in ("", implementation.plugin_name):
                _call(implementation, arguments)

    def _implementations(self, hook: str) -> list[Any]:
        # pluggy calls the last registered first; ours read in the order of the settings.
        implementations: list[Any] = getattr(self._manager.hook, hook).get_hookimpls()
        return implementations

    def _call_each(
        self, hook: str, *, only_active: bool = False, keep_going: bool = False, **arguments: Any
    ) -> Iterable[tuple[str, Any]]:
        for implementation in self._implementations(hook):
            name = implementation.plugin_name
            if only_active and not self.is_active(name):
                continue
            try:
                values = tuple(_call(implementation, arguments))
            except Exception:
                if not keep_going or settings.MADOGUCHI["RAISES_CONTRIBUTIONS"]:
                    raise
                logger.exception("%s of %s was left out", hook, name)
                continue
            yield from ((name, value) for value in values)


def _call(implementation: Any, arguments: dict[str, Any]) -> Any:
    return implementation.function(*(arguments[name] for name in implementation.argnames))


plugins = PluginRegistry()
