from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.events import Event
from madoguchi.hooks.settings import SettingsSchema, setting
from madoguchi.hooks.values import AuditPhrase, Permission

READ = "lost_property.read_reports"
REPORTED = "lost_property.reported"
PERMISSIONS = (Permission(name=READ, label=_("落とし物の届けを読む"), roles=("city_admin", "counter_clerk")),)
AUDIT_PHRASES = (AuditPhrase(action=REPORTED, phrase=_("落とし物の届けがあった")),)


@dataclass(frozen=True, kw_only=True)
class ThingReported(Event):
    """Somebody reported that they lost something."""

    kind: ClassVar[str] = "lost_property.thing_reported"

    report_id: UUID


@dataclass(frozen=True, kw_only=True)
class LostPropertySettings:
    """How long a city keeps reports."""

    keep_days: int = setting(default=90, label=_("届けを残す日数"), minimum=1, maximum=365)


SETTINGS = SettingsSchema(schema=LostPropertySettings, label=_("落とし物"))
