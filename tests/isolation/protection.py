"""Wishes that wait for a second person, holds, requests of people and changes of settings, all marked."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
from django.conf import settings

from madoguchi import clock
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.preferences.models import PreferenceChange
from madoguchi.privacy import requests
from madoguchi.privacy.models import LegalHold, PersonRequest
from madoguchi.tenancy import is_operators

SAME = UUID("11111111-1111-4111-8111-111111111111")
DATA_CLASS = "card_reservation.bookings"
PLUGIN = "card_reservation"
LARGEST = 2**31


def furnish_protection(world: Any, now: datetime) -> None:
    """Leave one of each in a city: the same number in every city, and one that is only here."""
    world.keys.update({"data_class": DATA_CLASS, "settings.plugin": PLUGIN})
    for key, number in (("keys", uuid5(SAME, "approval")), ("own_keys", uuid4())):
        made = getattr(world, key)
        ApprovalRequest.objects.create(
            id=number,
            kind="tenants.erase_city" if is_operators(world.city) else "privacy.shorten_retention",
            subject=str(number),
            reason=world.mark,
            asked_by_kind="staff",
            asked_by_id=str(SAME),
            asked_by_name=world.mark,
            asked_at=now,
            expires_at=now.replace(year=now.year + 1),
        )
        made["approval_id"] = str(number)
        if not is_operators(world.city):
            made.update(_of_people(world, number, now))


def _of_people(world: Any, number: UUID, now: datetime) -> dict[str, str]:
    hold = LegalHold.objects.create(
        id=uuid5(number, "hold"),
        data_class=DATA_CLASS,
        references=[str(number)],
        reason=world.mark,
        placed_at=now,
        placed_by=world.mark,
    )
    case = PersonRequest(
        id=uuid5(number, "case"),
        kind="disclose",
        reason=world.mark,
        made_at=now,
        made_by=world.mark,
        made_by_id=str(SAME),
    )
    requests._seal(case, PersonWanted(reference=world.mark), frozenset())
    case.save(force_insert=True)
    change = PreferenceChange.objects.create(
        id=number.int % LARGEST, plugin=PLUGIN, changed_at=now, changed_by=world.mark
    )
    return {
        "hold_id": str(hold.id),
        "case_id": str(case.id),
        "change_id": str(change.id),
    }


def erasure_of(world: Any) -> str:
    """Write down, as the owner, that a city was erased, and give the number of that."""
    number, now = uuid5(SAME, "erasure"), clock.now()
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("DELETE FROM tenants_cityerasure WHERE uuid = %s", [number])
        owner.execute(
            "INSERT INTO tenants_cityerasure (uuid, city, code, name, schema_name, reason, asked_by,"
            " approved_by, begun_at, finished_at, rows, files, keys, returned, backups_until, certificate)"
            " VALUES (%s, %s, '999970', %s, 'c_999970', %s, '一郎', '二郎', %s, %s, 1, 0, '[]', '', %s, %s)",
            [number, uuid4(), world.mark, world.mark, now, now, now.date(), b"%PDF-1.7"],
        )
    return str(number)
