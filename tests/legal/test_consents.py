"""Residents agree where the booking starts, once per version, and again when a new one asks for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cms.documents import LegalPage
from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.residents.models import Consent
from plugins.card_reservation.models import Booking
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_letters import hear
from plugins.card_reservation.tests.way import confirm, open_link, token_in_mail, walk_to_check

pytestmark = pytest.mark.django_db
TICK = 'name="agreed"'


def begin(resident: Client, token: str, **sent: str) -> Any:
    resident.get(f"/booking/start/{token}/")
    return resident.post(f"/booking/start/{token}/", sent)


def book(resident: Client, people: People, place: UUID, slot: UUID, *, now: datetime) -> str:
    """Book, and give the address in the mail at which the booking is seen again."""
    confirm(resident, walk_to_check(resident, people, place, slot))
    hear(PickupBooked, now)
    return f"/booking/manage/{token_in_mail('manage')}/"


def new_browser() -> Client:
    return Client(headers={"host": "midori.localhost"})


def test_nobody_begins_without_the_tick_and_the_link_waits(resident: Client, people: People) -> None:
    token = open_link(resident, people)
    page = resident.get(f"/booking/start/{token}/").content.decode()
    assert TICK in page
    for document in ("terms", "privacy"):
        assert f'href="/{document}/"' in page
    refused = begin(resident, token)
    assert refused.status_code == 422
    assert "チェックを入れてください" in refused.content.decode()
    assert not Consent.objects.exists()
    assert begin(resident, token, agreed="on").status_code == 303
    kept = Consent.objects.values_list("document", "version", "language")
    assert sorted(kept) == [("privacy", 1, "ja"), ("terms", 1, "ja")]


def test_the_record_names_nobody_and_stands_in_the_audit_log(resident: Client, people: People) -> None:
    begin(resident, open_link(resident, people), agreed="on")
    pickup = next(iter(people.known.values()))
    assert all(str(pickup).encode() not in bytes(row.person) for row in Consent.objects.all())
    entry = AuditEntry.objects.get(action="residents.agreed")
    assert entry.details == {"terms": 1, "privacy": 1, "language": "ja"}
    assert entry.actor_name == ""


def test_whoever_agreed_is_not_asked_again(resident: Client, people: People) -> None:
    begin(resident, open_link(resident, people), agreed="on")
    second = new_browser()
    token = open_link(second, people)
    assert TICK not in second.get(f"/booking/start/{token}/").content.decode()
    assert begin(second, token).status_code == 303


@pytest.mark.parametrize(("needs_consent", "is_asked"), [(False, False), (True, True)])
def test_a_new_version_asks_again_where_it_says_so(
    resident: Client,
    people: People,
    publish: Callable[..., LegalPage],
    needs_consent: bool,
    is_asked: bool,
) -> None:
    begin(resident, open_link(resident, people), agreed="on")
    publish("terms", words="新しい規約", effective_on=clock.today(), needs_consent=needs_consent)
    second = new_browser()
    token = open_link(second, people)
    page = second.get(f"/booking/start/{token}/").content.decode()
    assert (TICK in page) is is_asked
    if is_asked:
        assert "第2版" in page
        assert 'href="/privacy/"' not in page.split("<main")[1].split("</main>")[0]
        assert begin(second, token, agreed="on").status_code == 303
        assert Consent.objects.filter(document="terms", version=2).count() == 1


def test_a_later_correction_does_not_hide_that_consent_is_due(
    resident: Client, people: People, publish: Callable[..., LegalPage]
) -> None:
    begin(resident, open_link(resident, people), agreed="on")
    publish("terms", words="新しい規約", effective_on=clock.today(), needs_consent=True)
    publish("terms", words="新しい規約（誤字を直しました）", effective_on=clock.today())
    second = new_browser()
    token = open_link(second, people)
    assert TICK in second.get(f"/booking/start/{token}/").content.decode()


def test_staff_see_what_was_agreed_and_residents_meet_the_new_version_with_their_booking(
    resident: Client,
    clerk: Client,
    people: People,
    hall: Any,
    free_slots: Callable[[int], list[Any]],
    now: Any,
    publish: Callable[..., LegalPage],
) -> None:
    manage = book(resident, people, hall.id, free_slots(1)[0].id, now=now)
    booking = Booking.objects.get()
    shown = clerk.get(f"/reservations/{booking.id}/").content.decode()
    assert "規約などへの同意" in shown
    assert shown.count("第1版") == 2
    assert "規約などが新しくなりました" not in resident.get(manage).content.decode()
    publish("privacy", words="新しい取り扱い", effective_on=clock.today(), needs_consent=True)
    page = resident.get(manage).content.decode()
    assert "規約などが新しくなりました" in page
    assert "予約はこのまま有効です" in page
    agreed = resident.post(f"{manage}agree/", follow=True).content.decode()
    assert "新しい版への同意を受け付けました" in agreed
    assert "規約などが新しくなりました" not in agreed
    assert "第2版" in clerk.get(f"/reservations/{booking.id}/").content.decode()


def test_nobody_agrees_to_a_version_that_was_not_shown(
    resident: Client, people: People, publish: Callable[..., LegalPage]
) -> None:
    token = open_link(resident, people)
    page = resident.get(f"/booking/start/{token}/").content.decode()
    shown = "terms-1 privacy-1"
    assert f'value="{shown}"' in page
    publish("terms", words="新しい規約", effective_on=clock.today(), needs_consent=True)
    refused = resident.post(f"/booking/start/{token}/", {"agreed": shown})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "内容が新しくなりました" in text
    assert " checked" not in text, "nobody ticked the new version"
    assert "第2版" in text
    assert not Consent.objects.exists()
    assert resident.post(f"/booking/start/{token}/", {"agreed": "terms-2 privacy-1"}).status_code == 303
    assert Consent.objects.filter(document="terms", version=2).count() == 1


def test_a_booking_waits_for_the_newest_version_to_be_read(
    resident: Client,
    people: People,
    hall: Any,
    free_slots: Callable[[int], list[Any]],
    now: Any,
    publish: Callable[..., LegalPage],
) -> None:
    manage = book(resident, people, hall.id, free_slots(1)[0].id, now=now)
    publish("privacy", words="新しい取り扱い", effective_on=clock.today(), needs_consent=True)
    assert 'value="privacy-2"' in resident.get(manage).content.decode()
    publish("privacy", words="もっと新しい取り扱い", effective_on=clock.today(), needs_consent=True)
    late = resident.post(f"{manage}agree/", {"agreed": "privacy-2"}, follow=True).content.decode()
    assert "第3版" in late
    assert not Consent.objects.filter(document="privacy", version__gt=1).exists()
    resident.post(f"{manage}agree/", {"agreed": "privacy-3"})
    assert Consent.objects.filter(document="privacy", version=3).count() == 1


def test_the_consent_is_kept_in_the_language_it_was_read_in(resident: Client, people: People) -> None:
    token = open_link(resident, people)
    resident.get(f"/en/booking/start/{token}/")
    assert resident.post(f"/en/booking/start/{token}/", {"agreed": "on"}).status_code == 303
    assert set(Consent.objects.values_list("language", flat=True)) == {"en"}
