"""The mails that follow a booking."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from madoguchi.hooks.contracts.bookings import BookingEvent, PickupBooked, PickupCancelled, PickupMoved
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.residents.services import contact_for
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.messages import MESSAGE_KINDS
from plugins.card_reservation.declarations.resident_messages import PARTY_CHANGED
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.bookings import last_change_at
from plugins.card_reservation.services import booking, letters, links, moving, privacy
from plugins.card_reservation.services.waiting_letters import moment_of
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

pytestmark = pytest.mark.django_db


def hear(kind: type[BookingEvent], now: datetime) -> UUID:
    """Do what the relay does with the newest event of a kind."""
    kept = OutboxEvent.objects.filter(kind=kind.kind).latest("id")
    function = {
        PickupBooked: letters.confirm,
        PickupMoved: letters.tell_moved,
        PickupCancelled: letters.tell_cancelled,
    }[kind]
    function(event=kind.from_payload(kept.payload), key=kept.key, actor=SYSTEM, now=now)  # type: ignore[operator]
    return kept.key


def opened(kind: str) -> dict[str, object]:
    delivery = Delivery.objects.get(kind=kind)
    return vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)


def token_of(kind: str) -> str:
    values = opened(kind)["values"]
    assert isinstance(values, dict)
    return urlsplit(str(values["link"])).path.rstrip("/").rpartition("/")[2]


def last_change_of(booking_id: UUID, now: datetime) -> datetime:
    """Tell until when the owner may change a booking."""
    return last_change_at(Booking.objects.select_related("slot").get(pk=booking_id), now=now)


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_booking_is_confirmed_with_all_it_takes_to_come(
    free_slots: object, now: datetime, language: str
) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    contact = contact_for(email="hanako@example.jp", language=language, now=now)
    receipt = booking.book(
        request=request_for(slot.id, uuid4(), uuid4(), contact_id=contact), actor=RESIDENT, now=now
    )
    hear(PickupBooked, now)
    hear(PickupBooked, now)
    mail = opened("card_reservation.booked")
    values, attachments = mail["values"], mail["attachments"]
    assert isinstance(values, dict)
    assert isinstance(attachments, list)
    assert values["number"] == receipt.number
    assert values["phone"] == "000-0000-0001"
    assert "2" in values["party"]
    assert f"DTSTART:{slot.starts_at:%Y%m%dT%H%M%SZ}" in attachments[0]["text"]
    assert moment_of(last_change_of(receipt.booking_id, now), language) in values["change_note"]
    entry = entry_in("card_reservation.booked")["DESCRIPTION"]
    assert entry.startswith("000-0000-0001\\n\\n"), "whom to call, then what to bring"
    assert ("The notice (postcard)" if language == "en" else "はがき") in entry
    assert "《" not in entry
    view = links.open_manage_link(token=token_of("card_reservation.booked"), now=now)
    assert (view.booking_id, view.is_changeable) == (receipt.booking_id, True)


def test_moving_and_cancelling_are_told_and_every_link_lives_until_the_visit(
    free_slots: object, now: datetime
) -> None:
    first, *_, later = free_slots(5)  # type: ignore[operator]
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    receipt = booking.book(
        request=request_for(first.id, uuid4(), contact_id=contact), actor=RESIDENT, now=now
    )
    hear(PickupBooked, now)
    token = token_of("card_reservation.booked")
    moving.move(booking_id=receipt.booking_id, slot_id=later.id, key=uuid4(), actor=RESIDENT, now=now)
    hear(PickupMoved, now)
    assert links.open_manage_link(token=token, now=first.ends_at).starts_at == later.starts_at
    moving.cancel(booking_id=receipt.booking_id, actor=RESIDENT, now=now)
    hear(PickupCancelled, now)
    attachments = opened("card_reservation.cancelled")["attachments"]
    assert isinstance(attachments, list)
    assert "STATUS:CANCELLED" in attachments[0]["text"]
    assert links.open_manage_link(token=token, now=now).status == "cancelled"
    with pytest.raises(links.LinkExpired):
        links.open_manage_link(token=token, now=later.ends_at)


def entry_in(kind: str) -> dict[str, str]:
    """Read the calendar entry that travels with a mail."""
    attachments = opened(kind)["attachments"]
    assert isinstance(attachments, list)
    [attached] = attachments
    lines = attached["text"].replace("\r\n ", "").split("\r\n")
    entry = dict(line.split(":", 1) for line in lines if ":" in line)
    assert attached["content_type"] == f"text/calendar; method={entry['METHOD']}"
    return entry


def test_every_mail_about_a_booking_brings_the_same_calendar_entry_up_to_date(
    free_slots: object, now: datetime
) -> None:
    first, *_, later = free_slots(5)  # type: ignore[operator]
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    receipt = booking.book(
        request=request_for(first.id, uuid4(), contact_id=contact), actor=RESIDENT, now=now
    )
    hear(PickupBooked, now)
    at = now + timedelta(minutes=5)
    moving.move(booking_id=receipt.booking_id, slot_id=later.id, key=uuid4(), actor=RESIDENT, now=at)
    hear(PickupMoved, at + timedelta(seconds=2))
    moving.cancel(booking_id=receipt.booking_id, actor=RESIDENT, now=at + timedelta(minutes=5))
    hear(PickupCancelled, at + timedelta(minutes=6))
    entries = [entry_in(f"card_reservation.{what}") for what in ("booked", "moved", "cancelled")]
    assert len({entry["UID"] for entry in entries}) == 1
    numbers = [int(entry["SEQUENCE"]) for entry in entries]
    assert numbers == sorted(set(numbers))
    assert [entry["METHOD"] for entry in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [entry["STATUS"] for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert entries[1]["DTSTART"] == f"{later.starts_at:%Y%m%dT%H%M%SZ}"
    assert entries[1]["DTSTAMP"] == f"{at + timedelta(seconds=2):%Y%m%dT%H%M%SZ}"
    assert entries[1]["LAST-MODIFIED"] == f"{at:%Y%m%dT%H%M%SZ}"


def test_a_booking_by_phone_without_an_address_writes_no_mail(free_slots: object, now: datetime) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    hear(PickupBooked, now)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_mail_written_after_the_last_change_sends_to_the_telephone(
    free_slots: object, now: datetime, language: str
) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    receipt = booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    made = Booking.objects.select_related("slot").get(pk=receipt.booking_id)
    until = last_change_at(made, now=now)
    before = letters.change_note(made, language=language, now=until - timedelta(minutes=1))
    after = letters.change_note(made, language=language, now=until)
    assert moment_of(until, language) in before
    assert after != before
    assert moment_of(until, language) not in after


def test_a_cancelled_visit_of_any_service_says_what_it_was_for_and_where_to_book_again(
    free_slots: object, now: datetime
) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    contact = contact_for(email="hanako@example.jp", language="en", now=now)
    receipt = booking.book(request=request_for(slot.id, uuid4(), contact_id=contact), actor=RESIDENT, now=now)
    moving.cancel(booking_id=receipt.booking_id, actor=RESIDENT, now=now)
    hear(PickupCancelled, now)
    values = opened("card_reservation.cancelled")["values"]
    assert isinstance(values, dict)
    assert values["again_link"].endswith("/en/booking/")
    [kind] = [each for each in MESSAGE_KINDS if each.name == "card_reservation.cancelled"]
    for body in kind.body.values():
        assert "{again_link}" in body
        assert "{service}" in body
        assert "カード" not in body
        assert "card" not in body


def test_whoever_changes_the_party_reads_again_what_to_bring() -> None:
    for body in PARTY_CHANGED.body.values():
        assert "{bring}" in body
        assert "{change_note}" in body


def test_who_was_erased_while_the_relay_stood_still_gets_no_mail_and_stops_nobody(
    free_slots: object, now: datetime
) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    form = request_for(slot.id, uuid4(), contact_id=contact)
    receipt = booking.book(request=form, actor=RESIDENT, now=now)
    moving.cancel(booking_id=receipt.booking_id, actor=RESIDENT, now=now)
    privacy.erase_held([f"{privacy.TABLE}:{receipt.booking_id}"])
    hear(PickupBooked, now)
    hear(PickupCancelled, now)
    assert not Delivery.objects.exists()


def test_every_text_is_complete_in_three_languages_and_uses_known_names_only() -> None:
    for kind in MESSAGE_KINDS:
        names = {placeholder.name for placeholder in kind.placeholders} | {"city"}
        required = {placeholder.name for placeholder in kind.placeholders if placeholder.is_required}
        assert set(kind.subject) == set(kind.body) == {"ja", "en", "ja-easy"}
        assert all(len(subject) <= 30 for subject in kind.subject.values())
        for body in kind.body.values():
            assert required <= set(re.findall(r"\{(\w+)\}", body)) <= names


def test_the_day_board_names_who_comes(free_slots: object, people: object, now: datetime) -> None:
    slot = free_slots(1)[0]  # type: ignore[operator]
    pickup = people.add("ABC123456", "0229", name="久留米 花子")  # type: ignore[attr-defined]
    booking.book(request=request_for(slot.id, pickup, uuid4()), actor=RESIDENT, now=now)
    rows = queries.day_board(place_id=slot.place_id, day=slot.starts_at.date(), now=now, eyes=EVERYTHING)
    assert [(row.name, row.reference, row.party_size) for row in rows] == [("久留米 花子", "ABC123456", 2)]
    assert queries.day_board(place_id=uuid4(), day=slot.starts_at.date(), now=now, eyes=EVERYTHING) == []
