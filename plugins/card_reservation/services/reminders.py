"""A mail some days before the visit, at the hour the city chose; once for each visit as it stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.notifications import queries as deliveries
from madoguchi.notifications import services as notifications
from madoguchi.notifications.messages import Enclosed
from madoguchi.preferences import queries as preferences
from plugins.card_reservation.declarations import messages
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.services import code_of
from plugins.card_reservation.services import audience, bringing, letters
from plugins.card_reservation.services.links import new_manage_token, page


def send_reminders(*, now: datetime) -> int:
    """Queue the reminders that are due today, and count them; a second time, or later that day, adds none.

    A beat that was away at the hour catches up until midnight.
    """
    chosen = preferences.current(BookingSettings)
    local = clock.local(now)
    if local.hour < chosen.reminder_hour:
        return 0
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = {chosen.reminder_days, chosen.second_reminder_days} - {0}
    return sum(_remind(days=days, before=midnight, now=now) for days in sorted(ahead))


def _remind(*, days: int, before: datetime, now: datetime) -> int:
    """Remind everybody who comes in so many days; who booked only today has just been told."""
    day = (before + timedelta(days=days)).date()
    found = Booking.objects.filter(
        state=Booking.State.ACTIVE, slot__day=day, contact_id__isnull=False, created_at__lt=before
    )
    rows = found.values_list("pk", "contact_id", "slot__starts_at")
    wanted = {_key(pk, starts_at, days): (pk, contact, starts_at) for pk, contact, starts_at in rows}
    # The task comes round every hour, and only its first round of a day has anything to write.
    for key in wanted.keys() & deliveries.known_keys(list(wanted)):
        del wanted[key]
    for key, (booking_id, contact_id, starts_at) in wanted.items():
        assert contact_id is not None
        notifications.notify(
            kind=messages.REMINDER.name,
            contact=contact_id,
            values={"starts_at": starts_at.isoformat()},
            key=key,
            now=now,
            enclosed=Enclosed(about=booking_id),
        )
    return len(wanted)


def _key(booking_id: UUID, starts_at: datetime, days: int) -> str:
    return f"{messages.REMINDER.name}:{booking_id}:{starts_at.isoformat()}:{days}"


def fresh(
    *, about: UUID, queued: Mapping[str, str], language: str, now: datetime
) -> Mapping[str, str] | None:
    """Tell of a visit as the mail leaves; nothing where it was cancelled or moved since it was queued."""
    values = audience.values(about=about, language=language, now=now)
    if values is None:
        return None
    booking = Booking.objects.select_related("slot").get(pk=about)
    if booking.slot.starts_at.isoformat() != queued["starts_at"]:
        return None
    token = new_manage_token(
        booking_id=booking.id,
        contact_id=booking.contact_id or booking.id,
        until=booking.slot.ends_at,
        now=now,
    )
    return {
        **values,
        "link": page(f"manage/{token}/", language),
        "coming_link": page(f"manage/{token}/coming/", language),
        "change_link": page(f"manage/{token}/move/", language),
        "cancel_link": page(f"manage/{token}/cancel/", language),
        "bring": bringing.text_for(booking_id=booking.id, language=language),
        "change_note": letters.change_note(booking, language=language, now=now),
        "announcement": letters.announced(
            booking.slot.place_id, language, now, service=code_of(booking.slot.service_id)
        ),
    }


REMINDER: MessageKind = replace(messages.REMINDER, fresh=fresh)
