"""The mails to those who wait for a place, and the links in them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from madoguchi import clock
from madoguchi.notifications import services as notifications
from madoguchi.notifications.messages import Enclosed
from madoguchi.places import queries as places
from madoguchi.residents import queries as contacts
from madoguchi.residents import services as residents
from madoguchi.web import dates
from madoguchi.web.phones import phone_in
from madoguchi.words import days
from plugins.card_reservation.declarations import resident_messages
from plugins.card_reservation.models import PICKUP_ID, Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.queries.services import title_of
from plugins.card_reservation.queries.waiting import EntryView
from plugins.card_reservation.services.links import page

WAIT: Final = "card_reservation.wait"
OFFER: Final = "card_reservation.offer"
JOINED_KIND: Final = "card_reservation.waiting_joined"
MAILS_PER_HOUR: Final = 5
OFFERED_KIND: Final = "card_reservation.waiting_offer"
# Somebody who opens the mail too late still reads what became of it.
READABLE: Final = timedelta(days=14)


def confirm(*, entry: WaitingEntry, now: datetime) -> str:
    """Mail that somebody waits, with the link to stop; return the link's token.

    Beyond a few an hour to one address no mail goes out, and the page is all there is.
    """
    language = contacts.language_of(entry.contact_id)
    until = datetime.combine(entry.last_day, datetime.min.time(), tzinfo=clock.JAPAN) + timedelta(days=1)
    token = residents.issue(
        purpose=WAIT, contact_id=entry.contact_id, subject=entry.pk, expires_at=until, now=now
    )
    since = now - timedelta(hours=1)
    if residents.count_links(contact_id=entry.contact_id, purpose=WAIT, since=since) > MAILS_PER_HOUR:
        return token
    place = places.place(entry.place_id)
    notifications.notify(
        kind=JOINED_KIND,
        contact=entry.contact_id,
        values={
            "service": title_of(entry.service_id or PICKUP_ID, language),
            "place": place.label(language),
            "period": period_of(entry, language),
            "party": _read_aloud(dates.people(entry.party_size, language=language), language),
            "phone": phone_in(place.phone, language=language),
            "link": page(f"waiting/{token}/", language),
        },
        key=f"{JOINED_KIND}:{entry.pk}",
        now=now,
        enclosed=Enclosed(about=entry.pk),
    )
    return token


def offer(*, offer: WaitingOffer, entry: WaitingEntry, slot: Slot, now: datetime) -> None:
    """Mail that a place is held, until when, and the link to take it or leave it."""
    language = contacts.language_of(entry.contact_id)
    token = residents.issue(
        purpose=OFFER,
        contact_id=entry.contact_id,
        subject=offer.pk,
        expires_at=offer.held_until + READABLE,
        now=now,
    )
    place = places.place(slot.place_id)
    notifications.notify(
        kind=OFFERED_KIND,
        contact=entry.contact_id,
        values={
            "when": _read_aloud(dates.visit_time(slot.starts_at, slot.ends_at, language=language), language),
            "until": moment_of(offer.held_until, language),
            "service": title_of(slot.service_id, language),
            "place": place.label(language),
            "address": place.address_in(language),
            "party": _read_aloud(dates.people(entry.party_size, language=language), language),
            "phone": phone_in(place.phone, language=language),
            "link": page(f"offer/{token}/", language),
        },
        key=f"{OFFERED_KIND}:{offer.pk}",
        now=now,
        enclosed=Enclosed(about=offer.pk),
    )


def fresh(
    *, about: UUID, queued: Mapping[str, str], language: str, now: datetime
) -> Mapping[str, str] | None:
    """Send the offer as it was written, or nothing once it is over."""
    is_open = WaitingOffer.objects.filter(
        pk=about, state=WaitingOffer.State.OPEN, held_until__gt=now
    ).exists()
    return queued if is_open else None


def period_of(entry: "WaitingEntry | EntryView", language: str) -> str:
    """Write between which days somebody waits."""
    first, last = (dates.full_date(day, language=language) for day in (entry.first_day, entry.last_day))
    if entry.first_day == entry.last_day:
        return _read_aloud(first, language)
    if language == "en":
        return f"{first} to {last}"
    return _read_aloud(f"{first}から {last}まで" if language == "ja-easy" else f"{first}〜{last}", language)


def moment_of(moment: datetime, language: str) -> str:
    """Write a day with its time."""
    comma = "," if language == "en" else ""
    day = dates.full_date(clock.local(moment).date(), language=language)
    return _read_aloud(f"{day}{comma} {dates.japanese_time(moment)}", language)


def _read_aloud(text: str, language: str) -> str:
    return days.with_readings(text) if language == "ja-easy" else text


OFFERED = replace(resident_messages.WAITING_OFFER, fresh=fresh)
