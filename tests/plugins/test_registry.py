"""Who is asked, what a failure does, and how plugins of other houses announce themselves."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from madoguchi.hooks import entry_points
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.registry import PluginRegistry
from madoguchi.hooks.values import HealthCheck


def well() -> None:
    """All is well."""


class Sound:
    """A plugin that works."""

    def __init__(self) -> None:
        self.switched: list[Any] = []

    @hookimpl
    def health_checks(self) -> tuple[HealthCheck, ...]:
        return (HealthCheck(name="a", read=well), HealthCheck(name="b", read=well))

    @hookimpl
    def switched_on(self, city: Any) -> None:
        self.switched.append(city)


class Broken:
    """A plugin that fails wherever it is called."""

    @hookimpl
    def health_checks(self) -> tuple[HealthCheck, ...]:
        raise RuntimeError("out of order")

    @hookimpl
    def switched_on(self, city: Any) -> None:
        raise RuntimeError("out of order")


@pytest.fixture
def registry() -> PluginRegistry:
    """Three plugins, the middle one broken."""
    made = PluginRegistry()
    for name, module in (("first", Sound()), ("middle", Broken()), ("last", Sound())):
        made.register(name=name, module=module, is_core=False)
    return made


def test_a_duty_is_everybody_s_and_a_failure_hides_nobody(registry: PluginRegistry) -> None:
    found = registry.duty("health_checks")
    assert sorted(plugin for plugin, _ in found) == ["first", "first", "last", "last", "middle"]
    (failure,) = [value for plugin, value in found if plugin == "middle"]
    assert isinstance(failure, RuntimeError)


def test_only_the_named_plugin_hears_that_it_was_switched_on(registry: PluginRegistry) -> None:
    city = SimpleNamespace()
    registry.announce("switched_on", only="first", city=city)
    with pytest.raises(RuntimeError):
        registry.announce("switched_on", only="middle", city=city)
    plugins: dict[str, Any] = dict(registry._manager.list_name_plugin())
    assert (plugins["first"].switched, plugins["last"].switched) == ([city], [])


def test_two_plugins_of_one_name_stop_the_process(registry: PluginRegistry) -> None:
    with pytest.raises(ValueError, match="first"):
        registry.register(name="first", module=Sound(), is_core=False)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a package that announces something."""

    def installed(line: str) -> None:
        folder = tmp_path / "elsewhere-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[{entry_points.GROUP}]\n{line}\n")
        monkeypatch.syspath_prepend(tmp_path)

    return installed


@pytest.mark.parametrize(
    ("line", "package"), [("box = box.plugin", "box"), ("box = houses.other.box.plugin", "houses.other.box")]
)
def test_an_installed_package_announces_its_plugin(
    install: Callable[[str], None], line: str, package: str
) -> None:
    install(line)
    assert package in entry_points.packages()


@pytest.mark.parametrize(
    "line", ["box = box", "box = box.plugin:registry", "box = crate.plugin", "box = box.plugins"]
)
def test_what_cannot_be_a_plugin_stops_the_process(install: Callable[[str], None], line: str) -> None:
    install(line)
    with pytest.raises(entry_points.BadEntryPoint, match="must read"):
        entry_points.packages()
