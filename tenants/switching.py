"""Switch plugins on and off in a city: an act of our operators within the city's contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.switching import PluginSwitched
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import AuditPhrase
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import current_city
from tenants.directory import directory
from tenants.models import City, Contract, PluginSwitch
from tenants.registers.queries import without_consent

SWITCHED_ON = "tenants.plugin_switched_on"
SWITCHED_OFF = "tenants.plugin_switched_off"
AGREED = "tenants.plugins_agreed"
OBJECT = "tenants.city"
TERMS = {"plugin": _("機能")}
AUDIT_PHRASES = (
    AuditPhrase(action=SWITCHED_ON, phrase=_("機能を有効にした"), terms=TERMS),
    AuditPhrase(action=SWITCHED_OFF, phrase=_("機能を無効にした"), terms=TERMS),
    AuditPhrase(action=AGREED, phrase=_("契約に含まれる機能を変更した")),
)


class UnknownPlugin(DomainError):
    """Nobody installed a plugin of this name."""

    code = "unknown_plugin"
    message = _("この名前の機能は導入されていません。")

    def __str__(self) -> str:
        return f"not installed: {self.details.get('plugin')}"


class NotInContract(DomainError):
    """The city's contract does not name this plugin."""

    code = "not_in_contract"
    message = _("この自治体の契約には、この機能が含まれていません。")


class ConsentMissing(DomainError):
    """The plugin needs a company to which the city has not consented in writing."""

    code = "consent_missing"

    def __str__(self) -> str:
        names = "、".join(map(str, self.details["needs"]))  # type: ignore[call-overload]
        return _("自治体の承諾がない再委託先が必要な機能です：%(names)s") % {"names": names}


class StillOn(DomainError):
    """A plugin that is on cannot leave the contract."""

    code = "still_on"
    message = _("有効になっている機能は、契約から外せません。先に「無効にする」で切り替えてください。")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One installed plugin as a city has it."""

    plugin: str
    label: str
    is_allowed: bool
    is_on: bool
    changed_at: datetime | None


def lines(*, city: CityLike) -> Sequence[Line]:
    """List every installed plugin with what the contract says and how the switch stands."""
    allowed = _allowed(Contract.objects.filter(city_id=city.uuid).first())
    switches = {switch.plugin: switch for switch in PluginSwitch.objects.filter(city_id=city.uuid)}
    return [
        Line(
            plugin=name,
            label=label_of(name),
            is_allowed=name in allowed,
            is_on=name in switches and switches[name].is_on,
            changed_at=switches[name].changed_at if name in switches else None,
        )
        for name in plugins.names
    ]


def label_of(plugin: str) -> str:
    """Name a plugin for people; one that is gone keeps its technical name."""
    found = apps.app_configs.get(plugin)
    return str(found.verbose_name) if found else plugin


def switch_on(*, city: CityLike, plugin: str, actor: Actor, now: datetime) -> bool:
    """Make a plugin visible in a city, from the operators' world; tell whether that changed anything.

    Raises UnknownPlugin, NotInContract, and ConsentMissing for a company that the city has not agreed to.
    """
    with transaction.atomic():
        _refuse_unknown(plugin)
        contract = Contract.objects.select_for_update().filter(city_id=city.uuid).first()
        if plugin not in _allowed(contract):
            raise NotInContract(plugin=plugin, city=city.code)
        if needs := without_consent(city=city, plugin=plugin, today=clock.local(now).date()):
            raise ConsentMissing(plugin=plugin, needs=[str(need.label) for need in needs])
        return _switch(city=city, plugin=plugin, is_on=True, actor=actor, now=now)


def switch_off(*, city: CityLike, plugin: str, actor: Actor, now: datetime) -> bool:
    """Take a plugin out of sight in a city and delete nothing; tell whether that changed anything.

    Raises UnknownPlugin. A plugin that the contract no longer names can still be switched off.
    """
    with transaction.atomic():
        _refuse_unknown(plugin)
        Contract.objects.select_for_update().filter(city_id=city.uuid).first()
        return _switch(city=city, plugin=plugin, is_on=False, actor=actor, now=now)


def agree_on(*, city: CityLike, plugins: Iterable[str], actor: Actor, now: datetime) -> None:
    """Write down which plugins the contract names from now on; switches stay as they are.

    Raises UnknownPlugin, and StillOn for a plugin that would leave the contract switched on.
    """
    wanted = sorted(set(plugins))
    for plugin in wanted:
        _refuse_unknown(plugin)
    with transaction.atomic():
        contract = Contract.objects.select_for_update().get(city_id=city.uuid)
        before = sorted(_allowed(contract))
        on = PluginSwitch.objects.filter(city_id=city.uuid, is_on=True).values_list("plugin", flat=True)
        if left := sorted(set(on) - set(wanted)):
            raise StillOn(plugins=left)
        rules = {**contract.rules, "plugins": wanted}
        Contract.objects.filter(pk=contract.pk).update(rules=rules)
        audit.record(
            actor=actor,
            action=AGREED,
            object_type=OBJECT,
            object_ids=[city.code],
            details={"from": before, "to": wanted},
            now=now,
        )
        transaction.on_commit(directory.tell_everybody)


def hear_switch(*, event: PluginSwitched, key: UUID, actor: Actor, now: datetime) -> None:
    """Write the switch down in the city itself and let the plugin prepare the city."""
    city = current_city()
    _record(city=city, event=event, actor=actor, now=now)
    if event.is_on and event.plugin in plugins.names:
        plugins.announce("switched_on", only=event.plugin, city=city)


def _refuse_unknown(plugin: str) -> None:
    if plugin not in plugins.names:
        raise UnknownPlugin(plugin=plugin)


def _allowed(contract: Contract | None) -> frozenset[str]:
    return frozenset(contract.rules.get("plugins", ()) if contract else ())


def _switch(*, city: CityLike, plugin: str, is_on: bool, actor: Actor, now: datetime) -> bool:
    # The row of the city's contract is locked, so two operators switch one after the other.
    before = PluginSwitch.objects.filter(city_id=city.uuid, plugin=plugin).first()
    if (before is not None and before.is_on) == is_on:
        return False
    PluginSwitch.objects.update_or_create(
        city=City.objects.get(uuid=city.uuid), plugin=plugin, defaults={"is_on": is_on, "changed_at": now}
    )
    event = PluginSwitched(schema_name=city.schema_name, plugin=plugin, is_on=is_on)
    _record(city=city, event=event, actor=actor, now=now)
    outbox.publish(event=event, actor=actor, now=now)
    transaction.on_commit(directory.tell_everybody)
    return True


def _record(*, city: CityLike, event: PluginSwitched, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=SWITCHED_ON if event.is_on else SWITCHED_OFF,
        object_type=OBJECT,
        object_ids=[city.code],
        details={"plugin": event.plugin},
        now=now,
    )
