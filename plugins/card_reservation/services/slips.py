"""The slip that a visitor takes along."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.documents import codes
from madoguchi.documents.typesetting import typeset
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.tenancy import current_city
from madoguchi.web.dates import full_date, japanese_time, short_era_date
from plugins.card_reservation.queries.bookings import booking
from plugins.card_reservation.queries.terms import cautions


def slip(*, booking_id: UUID, now: datetime, eyes: Eyes) -> bytes:
    """Set the slip of one booking: number, time, place, what to bring; no name stands on it.

    Raises BookingNotFound.
    """
    found = booking(booking_id=booking_id, now=now, eyes=eyes)
    place = places.place(found.place_id)
    local = clock.local(found.starts_at)
    facts = [
        [_("予約番号"), found.number],
        [_("日時"), f"{full_date(local.date())} {japanese_time(found.starts_at)}"],
        [_("場所"), place.name],
        [_("住所"), place.address],
        [_("電話番号"), place.phone],
        [_("人数"), _("%(people)s人") % {"people": found.party_size}],
    ]
    values = {
        "title": _("予約票"),
        "city": current_city().name,
        "made": f"{short_era_date(clock.local(now).date())} {japanese_time(now)}",
        "facts": [fact for fact in facts if fact[1]],
        "heading": _("お持ちいただくもの・ご注意"),
        "items": [str(item.title) for item in cautions().items],
        "square": codes.qr_code(found.number),
        "square_label": _("予約番号のQRコード"),
    }
    return typeset(template="card_reservation/slip", values=values, now=now)
