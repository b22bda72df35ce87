"""What our operators tell: a plugin was switched on or off in a city."""

from dataclasses import dataclass
from typing import ClassVar

from madoguchi.hooks.contracts.events import OperatorsAct


@dataclass(frozen=True, kw_only=True)
class PluginSwitched(OperatorsAct):
    """A plugin became visible in a city, or went out of sight with all it keeps."""

    kind: ClassVar[str] = "tenants.plugin_switched"

    plugin: str
    is_on: bool
