"""What a role keeps back, and the places of somebody's work: the same limits on every way out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services as accounts
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.jobs.models import BulkRun
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_management.declarations import ADDRESS, MOVE_CARDS, VIEW_CARDS
from plugins.card_management.tests.factories import add_card
from plugins.card_reservation.declarations.permissions import (
    BOOK,
    CALLER_PHONE,
    CHANGE_SLOTS,
    READ_KIT,
    VIEW,
)
from plugins.card_reservation.models import Booking, PaperKit, Slot
from plugins.card_reservation.services import booking, callers, papers
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.services.verification import VerifiedPickup

pytestmark = pytest.mark.django_db

NAMES = ("見本 花子", "ミホン ハナコ")
KEY = re.compile(r"[0-9A-Za-z_+/=:-]{32,}")
LEDGER = ("1988", "昭和63", "テスト町", "830-0000", "本庁A-01-001")
EVERY = {NAME: "hide", KANA: "hide", STORAGE: "hide", ADDRESS: "hide", BORN_ON: "hide"}


@dataclass
class Desk:
    """One card with a booking, and people who look at it."""

    city: City
    card: UUID
    booking: Booking

    @property
    def day(self) -> date:
        """Name the day of the visit."""
        return clock.local(self.booking.slot.starts_at).date()

    def browser(self, *roles: Role | str, places: list[UUID] | None = None, **facts: Any) -> Client:
        """Sign in somebody with these roles."""
        staff = StaffFactory.create(roles=list(roles), place_ids=places, **facts)
        return sign_in(Client(headers={"host": urlsplit(self.city.staff_url).netloc}), staff)


@pytest.fixture
def desk(home: City) -> Desk:
    """A visit of 見本 花子 at the first place."""
    accounts.seed_roles()
    now = clock.now()
    open_slots(now=now)
    card = add_card()
    slot = Slot.objects.filter(starts_at__gt=now, place__code="main").order_by("starts_at")[5]
    receipt = booking.book(
        request=booking.BookingRequest(
            slot_id=slot.pk,
            party=(VerifiedPickup(pickup=card, reference="ABC123456"),),
            contact_id=None,
            key=uuid4(),
            channel="phone",
        ),
        actor=SYSTEM,
        now=now,
    )
    found = Booking.objects.select_related("slot").get(pk=receipt.booking_id)
    return Desk(city=home, card=card, booking=found)


def role_with(**masks: str) -> Role:
    """Make a role that may see cards and bookings and take lists away, but for some columns."""
    role = RoleFactory.create(
        permissions=[VIEW_CARDS, MOVE_CARDS, VIEW, BOOK, CHANGE_SLOTS, READ_KIT, "accounts.export_lists"]
    )
    role.masks = masks
    role.save(update_fields=["masks"])
    return role


def told_in(shown: str) -> list[str]:
    """List what a page tells of the person; four digits of a year stand in many a key and say nothing."""
    words = KEY.sub(" ", shown)
    return [word for word in (*NAMES, *LEDGER) if word in words]


def everything_read(browser: Client, desk: Desk) -> str:
    """Read every page, file and print on which the person of the visit could stand."""
    columns = "&".join(f"column={name}" for name in ("name", "kana", "born_on", "address", "storage"))
    ticket = browser.get("/cards/").content.decode().partition('name="ticket" value="')[2].partition('"')[0]
    browser.post(
        "/lists/columns/", f"ticket={ticket}&{columns}", content_type="application/x-www-form-urlencoded"
    )
    addresses = (
        "/cards/",
        "/cards/?as=csv",
        "/cards/?as=print",
        f"/cards/{desk.card}/",
        f"/reservations/?day={desk.day}",
        f"/reservations/?day={desk.day}&as=csv",
        f"/reservations/?day={desk.day}&as=print",
        "/reservations/list/?all=1",
        "/reservations/list/?all=1&as=csv",
        "/reservations/missed/?all=1",
        f"/reservations/{desk.booking.id}/",
        f"/reservations/{desk.booking.id}/move/",
        f"/reservations/{desk.booking.id}/cancel/",
        "/",
    )
    found = []
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        found.append(answer.content.decode())
    return "\n".join(found)


@pytest.mark.req("KUR-19")
def test_a_role_may_only_do_and_see_what_its_page_says(desk: Desk) -> None:
    open_eyes = everything_read(desk.browser(role_with()), desk)
    # The control: without a mask all of it is somewhere on these pages.
    assert [word for word in (*NAMES, "テスト町", "本庁A-01-001") if word not in open_eyes] == []
    masked = desk.browser(role_with(**EVERY))
    shown = everything_read(masked, desk)
    assert told_in(shown) == []
    assert "ABC123456" in shown
    # Nobody finds by what they may not see, in the lists or by sorting.
    assert "ABC123456" not in masked.get(f"/reservations/?day={desk.day}&words=見本").content.decode()
    assert "ABC123456" not in masked.get(f"/reservations/?day={desk.day}&words=ミホン").content.decode()
    assert "ABC123456" in masked.get("/cards/?kana=レイジ").content.decode()
    assert 'aria-sort="ascending"' not in masked.get("/cards/?sort=storage").content.decode()
    # What the role may not do at all is refused, whatever is sent.
    viewer = desk.browser(RoleFactory.create(permissions=[VIEW_CARDS, VIEW]))
    page = viewer.get(f"/cards/{desk.card}/").content.decode()
    assert "/move/" not in page
    assert viewer.post(f"/cards/{desk.card}/move/", {"action": "hand_over"}).status_code == 403
    # The same holds for programs.
    address = f"/api/v1/bookings/?day={desk.day}"
    blind, seeing = program(token_for(VIEW).text), program(token_for(VIEW, sees=(NAME, KANA)).text)
    assert NAMES[0] in seeing.get(address).content.decode()
    assert [word for word in NAMES if word in blind.get(address).content.decode()] == []
    assert blind.post(f"/api/v1/bookings/{desk.booking.id}/cancel/").status_code == 403


def test_the_order_of_cards_tells_no_shelf_to_who_may_not_see_it(desk: Desk) -> None:
    shelves = {"ABC200001": "C-3", "ABC200002": "A-1", "ABC200003": "B-2"}
    keys = {
        number: add_card(reference=number, storage=shelf, born_on="1970-01-01")
        for number, shelf in shelves.items()
    }

    def order_seen_by(role: Role) -> list[str]:
        page = desk.browser(role).get("/cards/?sort=arrived_on").content.decode()
        return sorted(shelves, key=page.index)

    assert order_seen_by(role_with()) == sorted(shelves, key=lambda number: shelves[number])
    masked = order_seen_by(role_with(**{STORAGE: "hide"}))
    assert masked == sorted(shelves, key=lambda number: keys[number])


def test_the_confirmation_of_a_bulk_action_names_no_row_of_another_place(desk: Desk) -> None:
    Slot.objects.filter(pk=desk.booking.slot_id).update(day=clock.today(), starts_at=clock.now())
    here, away = desk.browser(role_with()), desk.browser(role_with(), places=elsewhere(desk))
    page = here.get(f"/reservations/?day={clock.today()}").content.decode()
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    body = {"ticket": ticket, "action": "card_reservation.arrived", "row": str(desk.booking.id)}
    confirm = here.post("/jobs/bulk/", body)["Location"]
    assert desk.booking.number in here.get(confirm).content.decode()
    assert desk.booking.number not in away.get(confirm).content.decode()


def test_a_shortened_column_shows_its_beginning_only(desk: Desk) -> None:
    page = desk.browser(role_with(**{NAME: "short", ADDRESS: "short"})).get(f"/cards/{desk.card}/")
    text = page.content.decode()
    assert "見…" in text
    assert "福岡県久留米…" in text
    assert NAMES[0] not in text
    assert "830" not in text


def test_the_phone_of_a_caller_is_shown_as_far_as_the_role_lets(desk: Desk) -> None:
    callers.note(
        booking_id=desk.booking.id,
        caller=callers.CallerView(name="例示 次郎", phone="090-1234-5678"),
        actor=SYSTEM,
        now=clock.now(),
    )
    shown = {
        way: KEY.sub(
            " ",
            desk.browser(role_with(**({CALLER_PHONE: way} if way else {})))
            .get(f"/reservations/{desk.booking.id}/")
            .content.decode(),
        )
        for way in ("", "short", "hide")
    }
    assert "090-1234-5678" in shown[""]
    assert ("090" in shown["short"], "…5678" in shown["short"]) == (False, True)
    assert "5678" not in shown["hide"]


def test_the_stricter_of_two_roles_counts(desk: Desk) -> None:
    browser = desk.browser("counter_clerk", role_with(**EVERY))
    assert NAMES[0] not in everything_read(browser, desk)


def test_printed_lists_hold_nothing_that_a_reader_may_not_see(desk: Desk) -> None:
    now = clock.now()
    blind = Eyes(masks={NAME: 0, KANA: 0, STORAGE: 0})

    def lists() -> tuple[bytes, bytes]:
        seen = (
            papers.day_list(place_id=None, day=desk.day, now=now, eyes=eyes) for eyes in (blind, EVERYTHING)
        )
        first, second = seen
        return first, second

    masked, whole = lists()
    _rename(desk, "例示 次郎", "レイジ ジロウ")
    masked_again, whole_again = lists()
    # Another name behind the mask makes no other paper; without a mask it does.
    assert masked == masked_again
    assert whole != whole_again


def _rename(desk: Desk, name: str, kana: str) -> None:
    from madoguchi.ledger import vault
    from plugins.card_management.models import SEALED, Card

    card = Card.objects.get(pk=desk.card)
    fields = vault.open_sealed(sealed=bytes(card.sealed), place=SEALED, row=card.id)
    fields |= {"name": name, "kana": kana}
    Card.objects.filter(pk=card.id).update(
        sealed=vault.seal(fields=fields, place=SEALED, row=card.id), storage="別館Z-99-999"
    )


def test_a_kit_set_with_names_is_closed_to_who_may_not_see_them(desk: Desk) -> None:
    papers.make_kits(now=clock.now())
    kit = PaperKit.objects.all()[0]
    assert desk.browser(role_with()).get(f"/reservations/kits/{kit.id}/pdf/").status_code == 200
    answer = desk.browser(role_with(**EVERY)).get(f"/reservations/kits/{kit.id}/pdf/")
    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(details__purpose="card_reservation.paper_kit")[1:]


@pytest.mark.req("KUR-03")
def test_a_call_centre_books_changes_and_cancels_without_the_columns_of_the_ledger(desk: Desk) -> None:
    """The caller's number finds the visit; what the card ledger knows besides stays there."""
    agent = desk.browser("call_centre")
    assert agent.get("/cards/").status_code == 403
    assert agent.get(f"/cards/{desk.card}/").status_code == 403
    _keep_back("call_centre", **EVERY)
    found = agent.get(f"/reservations/?day={desk.day}&words={desk.booking.number}")
    assert found["Location"] == f"/reservations/{desk.booking.id}/"
    addresses = (found["Location"], f"/reservations/?day={desk.day}")
    shown = "\n".join(agent.get(address).content.decode() for address in addresses)
    assert told_in(shown) == []
    for way in ("csv", "print"):
        assert agent.get(f"/reservations/?day={desk.day}&as={way}").status_code == 403
    other = Slot.objects.filter(starts_at__gt=desk.booking.slot.starts_at, place__code="main")[3]
    moved = agent.post(f"/reservations/{desk.booking.id}/move/", {"slot": str(other.pk), "key": str(uuid4())})
    assert moved.status_code == 303
    cancelled = agent.post(f"/reservations/{desk.booking.id}/cancel/", {"confirmed": "on"})
    assert cancelled.status_code == 303
    sent = {"reference": "ABC123456", "birthday": "0229", "slot": str(other.pk), "key": str(uuid4())}
    assert agent.post("/reservations/new/", sent).status_code == 303
    assert Booking.objects.filter(state="active").count() == 1


def _keep_back(key: str, **masks: str) -> None:
    Role.objects.filter(key=key).update(masks=masks)


def elsewhere(desk: Desk) -> list[UUID]:
    """Name the places but the one of the visit."""
    from madoguchi.places.models import Place

    found = list(Place.objects.exclude(pk=desk.booking.slot.place_id).values_list("pk", flat=True))
    assert found, "a city of one place proves nothing"
    return found


def _asks(desk: Desk) -> dict[str, Callable[[Client], Any]]:
    at, day, place = f"/reservations/{desk.booking.id}", desk.day, desk.booking.slot.place_id
    slot = str(desk.booking.slot_id)
    return {
        "detail": lambda browser: browser.get(f"{at}/"),
        "slip": lambda browser: browser.get(f"{at}/slip/pdf/"),
        "move page": lambda browser: browser.get(f"{at}/move/"),
        "move": lambda browser: browser.post(f"{at}/move/", {"slot": slot, "key": str(uuid4())}),
        "cancel": lambda browser: browser.post(f"{at}/cancel/", {"confirmed": "on"}),
        "board": lambda browser: browser.get(f"/reservations/?day={day}&place={place}"),
        "file": lambda browser: browser.get(f"/reservations/?day={day}&as=csv"),
        "print": lambda browser: browser.get(f"/reservations/?day={day}&as=print"),
        "scan": lambda browser: browser.get(f"/reservations/?day={day}&words={desk.booking.number}"),
        "slots": lambda browser: browser.get(f"/reservations/slots/?day={day}&place={place}"),
    }


def test_somebody_of_another_place_sees_and_changes_no_booking_of_this_one(desk: Desk) -> None:
    away = desk.browser(role_with(), places=elsewhere(desk))
    here = desk.browser(role_with(), places=[desk.booking.slot.place_id])
    number, name = desk.booking.number, str(desk.booking.slot.place.name)
    for what, ask in _asks(desk).items():
        answer = ask(away)
        text = answer.content.decode(errors="replace")
        assert answer.status_code in (200, 404), what
        assert f"/{desk.booking.id}/" not in text + answer.get("Location", ""), what
        assert name not in text, what
    desk.booking.refresh_from_db()
    assert desk.booking.state == "active"
    assert number in _asks(desk)["board"](here).content.decode()
    assert _asks(desk)["detail"](here).status_code == 200


def test_a_forged_row_of_another_place_is_refused_in_a_bulk_action(desk: Desk) -> None:
    Slot.objects.filter(pk=desk.booking.slot_id).update(day=clock.today(), starts_at=clock.now())
    away = desk.browser(role_with(), places=elsewhere(desk))
    here = desk.browser(role_with())
    page = here.get(f"/reservations/?day={clock.today()}").content.decode()
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    body = {"ticket": ticket, "action": "card_reservation.arrived", "row": str(desk.booking.id)}
    away.post(away.post("/jobs/bulk/", body)["Location"])
    desk.booking.refresh_from_db()
    assert desk.booking.visit == ""
    assert "error" in BulkRun.objects.get().results[0]
    assert away.post(f"/reservations/{desk.booking.id}/visit/", {"visit": "arrived"}).status_code == 302
    desk.booking.refresh_from_db()
    assert desk.booking.visit == ""


def test_a_booking_is_not_taken_or_moved_to_a_place_of_others(desk: Desk) -> None:
    away = desk.browser(role_with(), places=elsewhere(desk))
    add_card(reference="ABC999999", born_on="1990-05-05")
    slot = Slot.objects.filter(
        place_id=desk.booking.slot.place_id, starts_at__gt=desk.booking.slot.starts_at
    )[0]
    sent = {"reference": "ABC999999", "birthday": "0505", "slot": str(slot.pk), "key": str(uuid4())}
    assert away.post("/reservations/new/", sent).status_code == 422
    assert Booking.objects.count() == 1


def test_places_are_chosen_on_the_page_of_a_person(desk: Desk) -> None:
    admin = desk.browser("city_admin")
    person = StaffFactory.create(roles=["counter_clerk"])
    place = str(desk.booking.slot.place_id)
    entry = {"name": person.name, "roles": ["counter_clerk"], "is_active": "on", "places": [place]}
    assert admin.post(f"/staff/{person.id}/", entry).status_code == 302
    assert Staff.objects.get(id=person.id).place_ids == [UUID(place)]
    assert desk.booking.slot.place.name in admin.get(f"/staff/{person.id}/rights/").content.decode()
    assert admin.post(f"/staff/{person.id}/", {**entry, "places": []}).status_code == 302
    assert Staff.objects.get(id=person.id).place_ids is None
    assert AuditEntry.objects.filter(action="accounts.places_changed").count() == 2
