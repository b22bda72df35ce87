"""Names come from a file that stays with staff: the page gives marks, and a browser finds people by them."""

import hmac
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.residents.models import Contact
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Reference
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_notices import LIST, bring
from plugins.card_reservation.tests.test_without_names import begin
from plugins.card_reservation.tests.way import confirm, identify

pytestmark = pytest.mark.django_db
FreeSlots = Callable[[int], list[queries.SlotView]]
NAMES = {"ABC123456": "見本 花子", "XYZ123456": "例示 太郎"}


def joined(page: str) -> list[str]:
    """Find people as a browser does: the marks of the file's numbers against those of the page."""
    found = re.search(r'data-key="([0-9a-f]{64})" data-salt="([0-9a-f]{32})"', page)
    assert found is not None
    key, salt = (bytes.fromhex(each) for each in found.groups())
    marks = set(" ".join(re.findall(r'data-marks="([^"]*)"', page)).split())

    def mark(number: str) -> str:
        return hmac.digest(salt, hmac.digest(key, number.encode(), "sha256"), "sha256").hex()

    return [name for number, name in NAMES.items() if mark(number) in marks]


@pytest.mark.req("FUJ-27")
@pytest.mark.usefixtures("no_ledger")
def test_a_city_without_names_books_by_the_notice_alone_and_staff_join_names_from_a_file(
    keeping: Callable[[str], None],
    admin: Client,
    clerk: Client,
    resident: Client,
    hall: Place,
    free_slots: FreeSlots,
) -> None:
    keeping("email")
    named = SimpleUploadedFile("list.csv", "交付通知書番号,生月日,氏名\nABC123456,0229,見本\n".encode())
    refused = admin.post("/imports/", {"format": "card_reservation.references", "file": named}, follow=True)
    assert "個人情報の列「氏名」を外してください" in refused.content.decode()
    assert not Reference.objects.exists()
    bring(admin, LIST)
    stored = b"".join(
        bytes(row.number_index) + bytes(row.birthday_index) + bytes(row.overlay_index or b"")
        for row in Reference.objects.all()
    )
    assert b"ABC123456" not in stored, "keyed indexes, never a number"

    assert identify(resident, day="28").status_code == 422, "month and day must be those of the notice"
    assert identify(resident)["Location"] == "/booking/mail/"
    slot = free_slots(1)[0]
    booked = confirm(resident, begin(resident, hall, slot))
    assert resident.get(booked["Location"]).status_code == 200
    assert (Booking.objects.get().contact_id, Contact.objects.count()) == (None, 0), "the address is optional"

    day = f"{clock.local(slot.starts_at):%Y-%m-%d}"
    page = clerk.get(f"/reservations/names/?day={day}").content.decode()
    assert joined(page) == ["見本 花子"], "whose booking it is, and nobody else's"
    for address in ("", f"?day={day}&as=csv", f"names/?day={day}", f"{Booking.objects.get().id}/"):
        shown = clerk.get(f"/reservations/{address}").content.decode()
        assert not any(name in shown for name in NAMES.values())
    assert "氏名を重ねる" in clerk.get("/reservations/").content.decode(), "the menu leads there"


@pytest.mark.usefixtures("no_ledger")
def test_marks_are_of_one_drawing_and_need_the_number(
    admin: Client,
    clerk: Client,
    resident: Client,
    keeping: Callable[[str], None],
    hall: Place,
    free_slots: FreeSlots,
    now: datetime,
) -> None:
    keeping("none")
    bring(admin, LIST)
    identify(resident)
    slot = free_slots(1)[0]
    confirm(resident, begin(resident, hall, slot))
    address = f"/reservations/names/?day={clock.local(slot.starts_at):%Y-%m-%d}"
    first, second = (clerk.get(address) for _ in range(2))
    marks = [re.findall(r'data-marks="([^"]+)"', answer.content.decode()) for answer in (first, second)]
    assert len(marks[0]) == len(marks[1]) == 1
    assert marks[0] != marks[1]
    assert first["Cache-Control"] == "no-store"
    read = AuditEntry.objects.filter(details__purpose="card_reservation.overlay")
    assert read.count() == 2
    reference = bytes(
        Reference.objects.get(pk=Booking.objects.get().people.get().pickup).overlay_index or b""
    )
    assert reference.hex() not in first.content.decode(), "what is kept is never shown"


def test_where_the_ledger_knows_the_number_the_marks_are_made_from_it(
    people: People,
    clerk: Client,
    keeping: Callable[[str], None],
    resident: Client,
    hall: Place,
    free_slots: FreeSlots,
) -> None:
    keeping("none")
    people.add("ABC123456", "0229")
    identify(resident)
    slot = free_slots(1)[0]
    confirm(resident, begin(resident, hall, slot))
    page: Any = clerk.get(f"/reservations/names/?day={clock.local(slot.starts_at):%Y-%m-%d}")
    assert joined(page.content.decode()) == ["見本 花子"]


def test_whoever_may_only_look_gets_no_key(viewer: Client) -> None:
    assert viewer.get("/reservations/names/").status_code == 403
