from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class BuiltInRole:
    """A role that every city, or our operators' world, has from its first day."""

    key: str
    name: str | Promise


BUILT_IN = (
    BuiltInRole("counter_clerk", _("窓口職員")),
    BuiltInRole("call_centre", _("コールセンター")),
    BuiltInRole("city_admin", _("管理者")),
    BuiltInRole("auditor", _("監査担当")),
    BuiltInRole("site_editor", _("サイト編集")),
)

OPERATORS = (
    BuiltInRole("operator_admin", _("運用管理者")),
    BuiltInRole("operator", _("運用担当者")),
    BuiltInRole("operator_viewer", _("運用閲覧者")),
)
