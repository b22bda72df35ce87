"""What people and programs may be allowed to do and to see, as every room above asks for it."""

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MaskableColumn, Permission


def declared_permissions() -> tuple[tuple[str, Permission], ...]:
    """List every declared permission with the plugin that declared it."""
    return plugins.declared_by("permissions")


def is_declared(permission: str) -> bool:
    """Tell whether somebody declared a permission of this name."""
    return permission in plugins.permissions


def declared_columns() -> tuple[tuple[str, MaskableColumn], ...]:
    """List every column that can be kept back with the plugin that declared it."""
    return plugins.declared_by("maskable_columns")
