"""Residents, flags, files, postal codes and renewals of a city, with its mark in every word."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi import clock
from madoguchi.ledger import vault


def furnish_register(world: Any, same: UUID, now: datetime) -> None:
    from plugins.card_management.models.register import PostalCorrection

    for keys, key in ((world.keys, uuid5(same, "register")), (world.own_keys, uuid4())):
        _files(world, keys, key, now)
        _people(world, keys, key, now)
    _beside_the_cards(world, now)
    PostalCorrection.objects.create(
        key_index=uuid4().bytes,
        area=f"{world.mark} 町",
        code="3600041",
        edition="2026.10.0",
        decided_at=now,
        decided_by_id="Z-extra",
        decided_by_name=world.mark,
    )


def _files(world: Any, keys: dict[str, str], key: UUID, now: datetime) -> None:
    from plugins.card_management.models.register import FilePickup, FileSource

    source = FileSource.objects.create(
        id=uuid5(key, "source"),
        name=f"{world.mark} {str(key)[:8]}",
        protocol="folder",
        folder="/",
        pattern="*.csv",
        format="register_changes",
        done_rule="marker",
        marker_suffix=".done",
        created_at=now,
        updated_at=now,
    )
    pickup = FilePickup.objects.create(
        id=uuid5(key, "pickup"),
        source=source,
        file_name=f"{world.mark}.csv",
        state="stopped",
        problem="refused",
        words=[f"{world.mark} は読めません。"],
        found_at=now,
    )
    keys.update({"source_id": str(source.pk), "pickup_id": str(pickup.pk)})


def _people(world: Any, keys: dict[str, str], key: UUID, now: datetime) -> None:
    from plugins.card_management.models.register import (
        RENEWAL_SEALED,
        RESIDENT_SEALED,
        RenewalTarget,
        Resident,
    )

    fields = {"name": f"{world.mark} 花子", "kana": "ハナコ", "born_on": "1980-01-02", "address": world.mark}
    resident = uuid5(key, "resident")
    Resident.objects.create(
        id=resident,
        code_index=resident.bytes,
        fingerprint=resident.bytes,
        sealed=vault.seal(fields={**fields, "code": "12345678901"}, place=RESIDENT_SEALED, row=resident),
        standing="present",
        created_at=now,
        updated_at=now,
    )
    target = uuid5(key, "renewal")
    RenewalTarget.objects.create(
        id=target,
        person_index=target.bytes,
        fingerprint=target.bytes,
        sealed=vault.seal(fields=fields, place=RENEWAL_SEALED, row=target),
        expires_on=clock.local(now).date(),
        created_at=now,
        updated_at=now,
    )
    keys["target_id"] = str(target)


def _beside_the_cards(world: Any, now: datetime) -> None:
    from plugins.card_management.models import Card
    from plugins.card_management.models.register import FlagMark, PostalQuestion

    for keys in (world.keys, world.own_keys):
        card = keys["card_id"]
        PostalQuestion.objects.create(
            card_id=card, reason="unknown", codes=["3600041"], edition="2026.10.0", asked_at=now
        )
    flagged = world.own_keys["card_id"]
    Card.objects.filter(pk=flagged).update(flags=["stay_ends_soon"])
    FlagMark.objects.create(card_id=flagged, flag="stay_ends_soon", source="register", raised_at=now)
