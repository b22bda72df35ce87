"""Change what a city chose: public API of this room, together with queries."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries, schemas
from madoguchi.preferences.declarations import CHANGED
from madoguchi.preferences.models import Preference, PreferenceChange


class OutOfBounds(Invalid):
    """A setting has another type or lies outside its bounds."""

    code = "setting_out_of_bounds"
    message = _("設定できない値です。")


class SettingsMoved(Invalid):
    """Somebody changed the settings after the page was opened."""

    code = "settings_moved"
    message = _(
        "この画面を開いたあとに、設定が変更されました。"
        "下の「変更の履歴」を確かめて、よければもう一度保存してください。"
    )


class ChangeNotFound(NotFound):
    """There is no such change of this plugin's settings."""

    code = "setting_change_not_found"


def change(
    *, plugin: str, values: Mapping[str, Any], actor: Actor, now: datetime, seen: str | None = None
) -> bool:
    """Keep what the city chose of a plugin and write down what changed; tell whether anything did.

    Raises UnknownSettings, and OutOfBounds or SettingsMoved with nothing kept.
    """
    declared = schemas.find(plugin)
    if schemas.usable(declared, values) != dict(values):
        raise OutOfBounds(plugin=plugin)
    defaults = {each.name: each.default for each in fields(declared.schema)}
    with transaction.atomic():
        Preference.objects.get_or_create(plugin=plugin, defaults={"changed_at": now})
        row = Preference.objects.select_for_update().get(plugin=plugin)
        if seen not in (None, queries.version(plugin=plugin)):
            raise SettingsMoved(plugin=plugin)
        before = {**defaults, **schemas.usable(declared, row.chosen)}
        after = {**before, **values}
        changed = [name for name in defaults if before[name] != after[name]]
        if not changed:
            return False
        stored = dict(row.chosen)
        row.chosen = {name: value for name, value in after.items() if value != defaults[name]}
        row.changed_at, row.changed_by = now, actor.name
        row.save(update_fields=["chosen", "changed_at", "changed_by"])
        PreferenceChange.objects.create(
            plugin=plugin, before=stored, after=row.chosen, changed_at=now, changed_by=actor.name
        )
        prefix = declared.schema.__qualname__
        audit.record(
            actor=actor,
            action=CHANGED,
            object_type="preferences.preference",
            object_ids=[plugin],
            details={f"{prefix}.{name}": _change(before[name], after[name]) for name in changed},
            now=now,
        )
    return True


def restore(*, plugin: str, change_id: int, actor: Actor, now: datetime) -> bool:
    """Choose again what stood before a change, whatever was changed since; tell whether anything differs.

    What no longer fits the code has its default. Raises UnknownSettings and ChangeNotFound.
    """
    declared = schemas.find(plugin)
    found = PreferenceChange.objects.filter(plugin=plugin, id=change_id).first()
    if found is None:
        raise ChangeNotFound(plugin=plugin)
    defaults = {each.name: each.default for each in fields(declared.schema)}
    values = {**defaults, **schemas.usable(declared, found.before)}
    return change(plugin=plugin, values=values, actor=actor, now=now)


def _change(before: Any, after: Any) -> str:
    return " → ".join(_word(value) for value in (before, after))


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return "、".join(value) or "—"
    return str(value) if value != "" else "—"
