"""Making a city: all or nothing, in one transaction of the owner."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from madoguchi.accounts import services as accounts
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import KEPT_FOR_BOOKINGS, PersonalDataChoice
from madoguchi.hooks.registry import plugins
from madoguchi.ledger import vault
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import in_city
from tenants.directory import CityRecord, directory
from tenants.models import City, Contract, Domain, PluginSwitch, Zone
from tenants.provisioning import booking_data, roles, template
from tenants.provisioning.booking_data import Approval
from tenants.provisioning.profile import Profile
from tenants.registers import first_entries
from tenants.registers.consents import consent_by_contract
from tenants.rules.hosts import resident_host, staff_host
from tenants.switching import UnknownPlugin
from tenants.versions import write_version


class CityExists(DomainError):
    """A city with this code or short name is there already; nothing was changed."""

    code = "city_exists"

    def __str__(self) -> str:
        return f"{self.details.get('code')} exists already: nothing was changed"


def create_city(
    *,
    profile: Profile,
    now: datetime,
    report: Callable[[str], None] = print,
    approval: Approval | None = None,
) -> CityLike:
    """Make a city from its profile: schema, role, keys, hosts, plugins and what plugins add.

    Raises CityExists at the second run, UnknownPlugin, ApprovalMissing where the profile wants less than
    everything kept of those who book, and FleetIsBehind while the other cities carry older migrations;
    in all cases nothing changes.
    """
    _refuse_second_run(profile)
    _refuse_unknown_plugins(profile)
    booking_data.require_approval(profile=profile, approval=approval)
    template.build_template()
    row = _row(profile, now)
    record = _record(row, profile)
    try:
        with transaction.atomic():
            make_schema(record.schema_name)
            report("schema")
            _save(row, profile, now)
            vault.create_city_key(city=record)
            report("key")
            record = _with_choice(record, profile, approval, now)
            _furnish(record, profile.content)
            report("content")
            transaction.on_commit(directory.tell_everybody)
    except BaseException:
        vault.delete_city_key(city=record)
        raise
    finally:
        connection.set_schema_to_public()
        directory.forget()
    return record


def _with_choice(city: CityRecord, profile: Profile, approval: Approval | None, now: datetime) -> CityRecord:
    """Write down what is kept of those who book, where two operators chose it."""
    if approval is None:
        return city
    kept = booking_data.wished(profile)
    booking_data.choose(city=city, personal_data=kept, approval=approval, now=now)
    with in_city(city):
        booking_data.record(city=city, personal_data=kept, approval=approval, now=now)
    choice = PersonalDataChoice(
        personal_data=kept,
        chosen_at=now,
        requested_by=approval.requested_by_name,
        approved_by=approval.approved_by_name,
        reason=approval.reason,
    )
    return replace(city, rules={**city.rules, KEPT_FOR_BOOKINGS: (choice,)})


def create_operators(*, content: dict[str, Any], now: datetime) -> bool:
    """Make the world of our operators, once; answer whether it was made now.

    In a world that is there already only the people it lacks are added.
    """
    operators = directory.operators()
    if _schema_exists(operators.schema_name):
        _enrol(operators, content, now)
        first_entries.write(now=now)
        return False
    template.build_template()
    try:
        with transaction.atomic():
            make_schema(operators.schema_name)
            with connection.cursor() as cursor:
                roles.grant_operators(cursor)
            with suppress(vault.CityKeyExists):  # the key outlives a database that was started over
                vault.create_city_key(city=operators)
            _furnish(operators, content)
    finally:
        connection.set_schema_to_public()
    first_entries.write(now=now)
    return True


def _enrol(operators: CityLike, content: dict[str, Any], now: datetime) -> None:
    password = str(content.get("demo_password", ""))
    with in_city(operators):
        accounts.enrol(entries=content.get("staff", ()), password=password, now=now)


def _refuse_second_run(profile: Profile) -> None:
    code, slug = profile.code, profile.city["slug"]
    if City.objects.filter(code=code).exists() or City.objects.filter(slug=slug).exists():
        raise CityExists(code=code)


def _refuse_unknown_plugins(profile: Profile) -> None:
    for plugin in profile.allowed_plugins:
        if plugin not in plugins.names:
            raise UnknownPlugin(plugin=plugin)


def _row(profile: Profile, now: datetime) -> City:
    known = {key: profile.city[key] for key in ("code", "slug", "name", "name_kana", "name_en", "prefecture")}
    state = profile.city.get("state", "test")
    row = City(**known, state=state, brand=profile.brand, schema_name=profile.schema_name, created_at=now)
    row.full_clean(validate_unique=False)
    return row


def _record(row: City, profile: Profile) -> CityRecord:
    hosts = _hosts(row.slug)
    return CityRecord(
        uuid=row.uuid,
        code=row.code,
        slug=row.slug,
        name=row.name,
        name_kana=row.name_kana,
        name_en=row.name_en,
        prefecture=row.prefecture,
        schema_name=row.schema_name,
        state=row.state,
        active_plugins=frozenset(profile.content["plugins"]["active"]),
        brand=profile.brand,
        rules=profile.rules,
        resident_url=_url(hosts[Zone.RESIDENT]),
        staff_url=_url(hosts[Zone.STAFF]),
    )


def _hosts(slug: str) -> dict[Zone, str]:
    base, staff_base = settings.MADOGUCHI["BASE_HOST"], settings.MADOGUCHI["STAFF_BASE_HOST"]
    return {
        Zone.RESIDENT: resident_host(slug, base=base),
        Zone.STAFF: staff_host(slug, base=base, staff_base=staff_base),
    }


def _url(host: str) -> str:
    return f"{settings.MADOGUCHI['SCHEME']}://{host}{settings.MADOGUCHI['PORT_SUFFIX']}"


def make_schema(schema_name: str) -> None:
    """Replay the template as a fresh schema with its role; part of the caller's transaction of the owner."""
    with connection.cursor() as cursor:
        roles.create_role(cursor, schema_name=schema_name)
        cursor.execute(template.replay_sql(schema_name))
        roles.grant_city(cursor, schema_name=schema_name)
        write_version(cursor, schema_name=schema_name)


def _save(row: City, profile: Profile, now: datetime) -> None:
    row.save(force_insert=True)
    # Not through save(): django-tenants allows one primary domain per city, we have one per zone.
    Domain.objects.bulk_create(
        Domain(domain=host, tenant=row, is_primary=True, zone=zone) for zone, host in _hosts(row.slug).items()
    )
    PluginSwitch.objects.bulk_create(
        PluginSwitch(city=row, plugin=plugin, is_on=True, changed_at=now)
        for plugin in profile.content["plugins"]["active"]
    )
    contract = profile.content["contract"]
    Contract.objects.create(
        city=row, starts_on=contract["starts_on"], ends_on=contract["ends_on"], rules=profile.rules
    )
    consent_by_contract(
        city_id=row.uuid,
        plugins=profile.rules.get("plugins") or profile.content["plugins"]["active"],
        since=contract["starts_on"],
        now=now,
    )


def _furnish(city: CityLike, content: dict[str, Any]) -> None:
    with in_city(city):
        plugins.announce("city_created", city=city, profile=content)


def _schema_exists(schema_name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema_name])
        return cursor.fetchone() is not None
