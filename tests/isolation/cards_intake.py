"""Profiles of files and codes, and an address to decide on, with the city's mark in every word."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi.ledger import vault


def furnish_intake(world: Any, same: UUID, now: datetime) -> None:
    """Leave a profile of files, one of codes with a reading, and an address for the city's card."""
    for number, (keys, salt) in enumerate(((world.keys, True), (world.own_keys, False)), 1):
        _profiles(world, keys, (number, uuid5(same, "intake") if salt else uuid4()), now)
        _choice(world, keys, (number, uuid5(same, "choice") if salt else uuid4()), now)


def _profiles(world: Any, keys: dict[str, str], named: tuple[int, UUID], now: datetime) -> None:
    from madoguchi.exchange.models import ImportProfile, ImportProfileVersion
    from madoguchi.exchange.rules.profiles import ProfileLayout, Source
    from plugins.card_management.formats.issuance_notices import COLUMNS
    from plugins.card_management.models.intake import QrList, QrProfile, QrProfileVersion, QrReading
    from plugins.card_management.rules.qr_text import QrLayout

    number, key = named
    made = {"made_by_id": "1", "made_by_name": world.mark, "made_at": now}
    kept = {"version": 1, "created_at": now, "updated_at": now}
    layout = ProfileLayout(sources=tuple(Source(column=column, source=column) for column in COLUMNS))
    profile = ImportProfile.objects.create(
        id=uuid5(key, "profile"), name=f"{world.mark} 定義{number}", format="issuance_notices", **kept
    )
    ImportProfileVersion.objects.create(profile=profile, number=1, layout=layout.to_json(), **made)
    codes = QrLayout(record=r"(?P<number>\w{9}),(?P<born>\d{8});")
    qr = QrProfile.objects.create(id=uuid5(key, "qr"), name=f"{world.mark} QR{number}", **kept)
    version = QrProfileVersion.objects.create(profile=qr, number=1, layout=codes.to_json(), **made)
    whole = QrList.objects.create(
        name_index=key.bytes, name=f"{world.mark} 一覧", pages=2, started_at=now, started_by_name=world.mark
    )
    QrReading.objects.create(
        content_index=key.bytes,
        version=version,
        qr_list=whole,
        page=1,
        door="wedge",
        read_by_id="1",
        read_by_name=world.mark,
        read_at=now,
    )
    keys["profile_id"] = str(profile.id)
    keys["qr_profile_id"] = str(qr.id)


def _choice(world: Any, keys: dict[str, str], named: tuple[int, UUID], now: datetime) -> None:
    from plugins.card_management.models.intake import CHOICE_SEALED, AddressChoice

    number, key = named
    row = {
        "reference": "",
        "name": f"{world.mark} 見本",
        "kana": "ミホン",
        "born": "1988-02-29",
        "postcode": "",
        "address": f"{world.mark} 1丁目",
    }
    AddressChoice.objects.create(
        id=key,
        import_job=uuid4(),
        line=number,
        candidates=[UUID(keys["card_id"])],
        sealed=vault.sealer(place=CHOICE_SEALED).seal(row, key),
        made_at=now,
    )
    keys["choice_id"] = str(key)
