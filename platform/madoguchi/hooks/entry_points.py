"""Plugins of other houses: installed packages that name themselves in an entry-point group.

Their pyproject says::

    [project.entry-points."madoguchi.plugins"]
    lost_property = "lost_property.plugin"
"""

from importlib import metadata

GROUP = "madoguchi.plugins"


class BadEntryPoint(ValueError):
    """An installed package announces a plugin that cannot be one: the process refuses to start."""


def packages() -> list[str]:
    """Name the packages of all announced plugins, in order.

    Raises BadEntryPoint.
    """
    return sorted({_package(point) for point in metadata.entry_points(group=GROUP)})


def _package(point: metadata.EntryPoint) -> str:
    package, _, module = point.module.rpartition(".")
    if module != "plugin" or point.attr or package.rpartition(".")[2] != point.name:
        raise BadEntryPoint(
            f'{GROUP}: {point.name} = "{point.value}" must read {point.name} = "….{point.name}.plugin"'
        )
    return package
