"""The slip that a visitor takes along."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.documents import codes
from madoguchi.documents.typesetting import typeset
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.tenancy import current_city
from madoguchi.web.dates import japanese_time, people, short_era_date, visit_time
from madoguchi.web.phones import phone_in
from madoguchi.words import ruby
from plugins.card_reservation.queries.bookings import booking
from plugins.card_reservation.queries.services import title_of
from plugins.card_reservation.queries.terms import cautions
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services import bringing


def slip(*, booking_id: UUID, now: datetime, eyes: Eyes) -> bytes:
    """Set the slip of one booking: number, time, place, what to bring; no name stands on it.

    Raises BookingNotFound.
    """
    found = booking(booking_id=booking_id, now=now, eyes=eyes)
    place, language = places.place(found.place_id), get_language() or "ja"
    when = visit_time(found.starts_at, found.ends_at, language=language)
    facts = [
        [_("予約番号"), found.number],
        [_("手続き"), title_of(found.service_id, language)],
        [_("日時"), when],
        [_("場所"), place.label(language)],
        [_("住所"), place.address_in(language)],
        [_("電話番号"), phone_in(place.phone, language=language)],
        [_("人数"), people(found.party_size, language=language)],
    ]
    values = {
        "title": ruby.without(_title(found)),
        "city": current_city().name,
        "made": f"{short_era_date(clock.local(now).date())} {japanese_time(now)}",
        "facts": [[ruby.without(part) for part in fact] for fact in facts if fact[1]],
        "heading": ruby.without(_("お持ちいただくもの・ご注意")),
        "items": [ruby.without(line) for line in _items(found)],
        "square": codes.qr_code(found.number),
        "square_label": ruby.without(_("予約番号のQRコード")),
    }
    return typeset(template="card_reservation/slip", values=values, now=now)


def _title(found: BookingView) -> str:
    """Name the paper; a slip of a visit that is off must not look like one to come with."""
    if found.is_served:
        return _("カードの受け取りは終わっています")
    return _("この予約は取り消されています") if found.status == "cancelled" else _("予約票")


def _items(found: BookingView) -> list[str]:
    """List what to bring, and what else to know; nothing where nobody is to come."""
    if found.status == "cancelled":
        return []
    items = cautions(service_id=found.service_id).items
    noted = [str(item.title) for item in items if item.code != "documents"]
    return [*bringing.lines_for(booking_id=found.booking_id), *noted]
