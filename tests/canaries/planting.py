"""An ordinary day with the invented person: imported, booked, called, searched, mistyped, refused."""

import html
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Draft, SavedView
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.notifications.models import Delivery
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.testing.people import host
from plugins.card_management.models import Card
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.way import confirm, fields, token_in_mail
from tests.canaries.birds import Birds

HEADING = "交付通知書番号,氏名,氏名カナ,生年月日,郵便番号,住所,保管場所,到着日"
MINE = "1234 5678 9018"


def plant_everywhere(*, city: City, birds: Birds) -> None:
    """Let the person appear wherever somebody can type."""
    now = clock.now()
    resident = Client(headers={"host": host(city.resident_url)})
    staff = Client(headers={"host": host(city.staff_url)})
    with in_city(city):
        open_slots(now=now)
        clerk = StaffFactory.create(roles=["counter_clerk", "city_admin"])
        sign_in(staff, clerk)
    _import(city, staff, birds, now)
    _book(city, resident, birds, now)
    _take_a_call(city, staff, birds, now)
    _look_up(city, staff, birds)
    _go_wrong(city, staff, resident, birds)
    Relay().deliver_all()


def _import(city: City, staff: Client, birds: Birds, now: datetime) -> None:
    rows = [
        f"{birds.reference},{birds.name},{birds.kana},1988-02-29,8306483,{birds.address},A-001,2026/11/02",
        f"{birds.reference[:-1]}0,{birds.name},{birds.kana},1980-01-01,8306483,{birds.address},A-002,x",
    ]
    content = "\r\n".join((HEADING, *rows, "")).encode("utf-8")
    sent = {"format": "issuance_notices", "file": SimpleUploadedFile("notices.csv", content)}
    assert staff.post("/imports/", sent).status_code == 302
    with in_city(city):
        job = ImportJob.objects.get()
        assert (job.new, job.broken) == (1, 1), job.problems
    staff.get(f"/imports/{job.id}/")
    with in_city(city):
        ImportJob.objects.filter(id=job.id).update(state=ImportJob.State.APPLYING)
        applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=now)
        assert Card.objects.count() == 1
    # One that waits, so that its pieces are there.
    assert staff.post("/imports/", {**sent, "file": SimpleUploadedFile("b.csv", content)}).status_code == 302


def _book(city: City, resident: Client, birds: Birds, now: datetime) -> None:
    resident.post("/booking/", {"reference": birds.reference, "month": "2", "day": "29"})
    resident.post("/booking/mail/", {"email": birds.email})
    with in_city(city):
        token = token_in_mail("start")
        hall = Place.objects.get(code="main")
        slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, limit=1, now=now)[0]
    resident.get(f"/booking/start/{token}/")
    resident.post(f"/booking/start/{token}/", {"agreed": "on"})
    resident.post("/booking/place/", {"place": str(hall.id)})
    resident.post("/booking/time/", {"slot": str(slot.id)})
    page = resident.get("/booking/check/").content.decode()
    assert confirm(resident, page).status_code in (302, 303), fields(page)
    with in_city(city):
        assert Booking.objects.count() == 1
        assert Delivery.objects.exists()


def _take_a_call(city: City, staff: Client, birds: Birds, now: datetime) -> None:
    with in_city(city):
        booked = Booking.objects.get()
        hall = Place.objects.get(code="main")
        slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, limit=2, now=now)[-1]
    staff.post(f"/reservations/{booked.id}/cancel/", {"confirmed": "on"})
    call: dict[str, Any] = {
        "reference": birds.reference,
        "birthday": "0229",
        "slot": str(slot.id),
        "email": birds.email,
        "caller_name": birds.caller,
        "caller_phone": birds.phone,
        "key": str(uuid4()),
    }
    staff.post("/reservations/new/", {**call, "birthday": "0230"})
    answer = staff.post("/reservations/new/", call)
    assert answer.status_code in (302, 303), answer.content.decode()[-3000:]
    staff.get(answer["Location"])


def _look_up(city: City, staff: Client, birds: Birds) -> None:
    for word in (birds.searched, birds.name, birds.kana, birds.email, birds.phone, birds.reference):
        for page in ("/cards/", "/reservations/", "/audit/", "/staff/", "/imports/", "/notifications/"):
            staff.get(page, {"q": word, "number": word, "reference": word})
        _keep_view(staff, staff.get("/cards/", {"q": word}).content.decode())
    with in_city(city):
        assert SavedView.objects.exists()
        card, booking = Card.objects.get(), Booking.objects.order_by("-created_at").first()
    staff.get(f"/cards/{card.pk}/")
    assert booking is not None
    staff.get(f"/reservations/{booking.pk}/")


def _keep_view(staff: Client, page: str) -> None:
    """Save what a list was searched for under a name, as a clerk might."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    staff.post("/lists/views/", {"ticket": html.unescape(ticket.group(1)), "name": "よく見る一覧"})


def _go_wrong(city: City, staff: Client, resident: Client, birds: Birds) -> None:
    """Be refused in every way: by sign-in, by forms, by files, without a session, by a broken address."""
    stranger = Client(headers={"host": host(city.staff_url)}, raise_request_exception=False)
    stranger.post("/sign-in/", {"staff_code": birds.mistyped, "password": birds.password})
    page = staff.get("/reservations/new/").content.decode()
    token = re.search(r'name="_draft" value="([^"]+)"', page)
    assert token
    typed = {
        "caller_name": birds.caller,
        "caller_phone": birds.phone,
        "_draft": html.unescape(token.group(1)),
    }
    stranger.post("/reservations/new/", typed)
    with in_city(city):
        assert Draft.objects.count() == 1
    for name in ("list.csv", "list.xlsx", "list.zip"):
        for begin in (HEADING.encode(), b"PK\x03\x04", b"\x1f\x8b", b"\0"):
            file = SimpleUploadedFile(name, begin + b"\r\n" + birds.refused.encode())
            staff.post("/imports/", {"format": "issuance_notices", "file": file})
    for browser in (staff, resident):
        browser.post("/booking/", {"reference": f"{birds.refused} {MINE}", "month": "2", "day": "29"})
        browser.get("/nowhere/", {"who": birds.refused})
        browser.get(f"/{birds.refused}/")
    resident.post("/booking/", {"reference": birds.refused, "month": "2", "day": "30"})
