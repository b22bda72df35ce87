"""Which plugins this installation carries: one line each, and removing the line removes the plugin.

Packages of other houses that are installed beside ours announce themselves.
"""

from madoguchi.hooks import entry_points

CORE_PLUGINS = [
    "madoguchi.web.api",
    "madoguchi.accounts",
    "madoguchi.places",
    "madoguchi.residents",
    "madoguchi.preferences",
    "madoguchi.brand",
    "madoguchi.notifications",
    "madoguchi.announcements",
    "madoguchi.exchange",
    "madoguchi.jobs",
    "madoguchi.terminals",
    "madoguchi.service_level",
    "madoguchi.approvals",
    "madoguchi.privacy",
    "cms",
    "tenants",
]

PLUGINS = [
    "plugins.card_management",
    "plugins.card_reservation",
    *entry_points.packages(),
]
