"""The list of what a party brings: kept with the booking, said again in mails and on the slip."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.declarations.bringing import THINGS, known
from plugins.card_reservation.models import Booking, BringList
from plugins.card_reservation.queries import cautions


def keep(*, booking_id: UUID, codes: Sequence[str], actor: Actor, now: datetime) -> None:
    """Keep what somebody found out they have to bring; the newest list counts."""
    BringList.objects.update_or_create(
        booking_id=booking_id, defaults={"codes": list(known(codes)), "made_at": now}
    )
    audit.record(
        actor=actor,
        action="card_reservation.bring_list",
        object_type="booking",
        object_ids=[str(booking_id)],
        now=now,
    )


def codes_of(*, booking_id: UUID) -> tuple[str, ...]:
    """Give the codes of a booking's own list; empty where nobody answered the questions."""
    found = BringList.objects.filter(booking_id=booking_id).values_list("codes", flat=True).first()
    return known(found or ())


def labels(codes: Sequence[str]) -> list[str]:
    """Name things in the reader's language."""
    return [str(THINGS[code]) for code in known(codes)]


def lines_for(*, booking_id: UUID) -> list[str]:
    """List what this party brings in the reader's language: its own list, else everybody's."""
    own = labels(codes_of(booking_id=booking_id))
    if own:
        return own
    service_id = Booking.objects.values_list("slot__service_id", flat=True).get(pk=booking_id)
    return [str(line) for line in cautions(service_id=service_id).documents]


def text_for(*, booking_id: UUID, language: str) -> str:
    """Write the list for a mail; empty where neither the party nor the service has one."""
    with translation.override(language):
        lines = lines_for(booking_id=booking_id)
        heading, mark = (_("持ち物"), "- ") if language == "en" else (f"■ {_('持ち物')}", "・")
        return "\n".join([heading, *(f"{mark}{line}" for line in lines)]) if lines else ""
