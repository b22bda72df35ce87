"""Mails of a city, all marked: what was sent, whom nothing is sent to, a mailing, and the city's sender."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from madoguchi.notifications import opting_out
from madoguchi.notifications.models import Delivery, Mailing, SenderDomain, Suppression
from madoguchi.residents import services as residents

if TYPE_CHECKING:
    from tests.isolation.worlds import World

SAME = UUID("11111111-1111-4111-8111-111111111111")
KIND = "card_reservation.start_link"


def address_of(mark: str) -> str:
    """Make up an address that bears the mark, where a mail server would take it."""
    return f"{mark.lower() if mark.isascii() else 'mihon'}@resident.example"


def furnish_mails(world: "World", now: datetime) -> None:
    """Leave mails in a city: with the number that both cities have, and with one of its own."""
    for keys, number in ((world.keys, uuid5(SAME, "mail")), (world.own_keys, uuid4())):
        _rows(world.mark, number, now)
        for name in ("mailing_id", "suppression_id", "delivery_id"):
            keys[name] = str(number)
    SenderDomain.objects.create(
        address=f"yoyaku@{world.mark.lower()}.example",
        domain=f"{world.mark.lower()}.example",
        selector="isolation",
        public_key=world.mark,
        sealed=b"",
        made_at=now,
        made_by=world.mark,
    )
    contact = residents.contact_for(email=f"{world.mark.lower()}@mail.example", language="ja", now=now)
    token = opting_out.address(contact_id=contact, language="ja", now=now).rstrip("/").rpartition("/")[2]
    world.keys.update({"messages.mailings.audience": "card_reservation.visitors", "act": "pause"})
    for keys in (world.keys, world.own_keys):
        keys["mail.stop.token"] = token


def _rows(mark: str, number: UUID, now: datetime) -> None:
    Mailing.objects.create(
        id=number,
        audience="card_reservation.visitors",
        texts={"ja": {"subject": f"{mark} 件名", "body": mark}},
        # What a mailing reaches is what its writer sees.
        created_by_id=str(uuid5(SAME, "city_admin")),
        created_by_name=mark,
        created_at=now,
    )
    Suppression.objects.create(
        id=number,
        address_index=number.bytes * 2,
        reason="bounced",
        masked_address=f"z***@{mark}.example",
        since=now,
    )
    Delivery.objects.create(
        id=number,
        key=f"isolation:{number}",
        kind=KIND,
        contact_id=number,
        state="failed",
        sealed=b"",
        masked_address=f"z***@{mark}.example",
        created_at=now,
    )
