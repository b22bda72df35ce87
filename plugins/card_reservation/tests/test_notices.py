"""The list of notices: how many stand how, one withdrawn by hand, many by a file, each taken back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Reference
from plugins.card_reservation.services import booking, notices, references
from plugins.card_reservation.services.verification import NotMatched, verify, verify_for_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_ledger")]

LIST = "交付通知書番号,生月日\nABC123456,0229\nXYZ123456,1988-02-28\nTWO000001,0401\n"
FreeSlots = Callable[[int], list[queries.SlotView]]


def bring(admin: Client, text: str, form: str = "card_reservation.references") -> ImportJob:
    """Upload a file and write it."""
    file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    answer = admin.post("/imports/", {"format": form, "file": file})
    assert answer.status_code in (302, 303), answer.content.decode()
    job = ImportJob.objects.latest("uploaded_at")
    ImportJob.objects.filter(pk=job.pk).update(state=ImportJob.State.APPLYING)
    return applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())


def look(admin: Client, number: str) -> str:
    return admin.post("/reservations/notices/", {"reference": number}).content.decode()


def book(slot: Any, reference: str = "ABC123456", birthday: str = "0229") -> None:
    request = booking.BookingRequest(
        slot_id=slot.id,
        party=(verify_for_staff(reference=reference, birthday_text=birthday),),
        contact_id=None,
        key=slot.id,
        channel="phone",
    )
    booking.book(request=request, actor=SYSTEM, now=clock.now())


def test_the_page_counts_the_list_and_shows_how_one_number_stands(
    admin: Client, hall: Place, free_slots: FreeSlots
) -> None:
    bring(admin, LIST)
    assert "まだ予約していません" in look(admin, "abc-123456")
    book(free_slots(1)[0])
    page = look(admin, "ABC123456")
    assert "予約があります" in page
    assert f"/reservations/{Booking.objects.get().id}/" in page
    Booking.objects.update(visit="arrived")
    assert "来庁済みです" in look(admin, "ABC123456")
    assert "取り込んだ一覧にありません" in look(admin, "NOBODY")
    assert notices.counts() == notices.NoticeCounts(open=2, came=1)
    assert "ABC123456" not in admin.get("/reservations/notices/").content.decode()


def test_a_withdrawn_number_opens_no_booking_until_it_is_opened_again(admin: Client, hall: Place) -> None:
    bring(admin, LIST)
    notice = notices.with_number(reference="ABC123456")[0]
    address = f"/reservations/notices/{notice.id}/"
    assert admin.post(address, {"withdraw": "1"}).status_code == 302
    with pytest.raises(NotMatched):
        verify(reference="ABC123456", birthday_text="0229", now=clock.now())
    page = look(admin, "ABC123456")
    assert "予約に使えません" in page
    admin.post(address, {"reopen": "1"})
    assert verify_for_staff(reference="ABC123456", birthday_text="0229").pickup == notice.id
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"card_reservation.notice_withdrawn", "card_reservation.notice_reopened"} <= actions


def test_withdrawing_is_taken_back_by_the_bar(admin: Client, hall: Place) -> None:
    import re

    bring(admin, LIST)
    notice = notices.with_number(reference="ABC123456")[0]
    page = admin.post(f"/reservations/notices/{notice.id}/", {"withdraw": "1"}, follow=True).content.decode()
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo is not None
    admin.post(undo[1])
    assert notices.with_number(reference="ABC123456")[0].standing == "open"


def test_a_notice_with_a_booking_is_not_withdrawn(admin: Client, hall: Place, free_slots: FreeSlots) -> None:
    bring(admin, LIST)
    book(free_slots(1)[0])
    notice = notices.with_number(reference="ABC123456")[0]
    page = admin.post(f"/reservations/notices/{notice.id}/", {"withdraw": "1"}, follow=True).content.decode()
    assert "先に予約を取り消してください" in page
    assert notices.with_number(reference="ABC123456")[0].standing == "booked"


def test_a_file_withdraws_numbers_names_what_it_cannot_and_is_undone(
    admin: Client, hall: Place, free_slots: FreeSlots
) -> None:
    bring(admin, LIST)
    book(free_slots(1)[0])
    text = "交付通知書番号\nABC123456\nXYZ123456\nNOBODY1234\nTWO000001\n"
    job = bring(admin, text, "card_reservation.references_withdrawn")
    assert (job.changed, job.broken) == (2, 2)
    assert {problem["line"] for problem in job.problems} == {2, 4}
    assert notices.counts() == notices.NoticeCounts(booked=1, withdrawn=2)
    assert references.has_any()
    assert applying.undo(import_id=job.id, actor=SYSTEM, now=clock.now()).count == 2
    assert notices.counts() == notices.NoticeCounts(open=2, booked=1)


def test_a_list_of_an_earlier_release_is_completed_by_the_same_file(admin: Client) -> None:
    bring(admin, LIST)
    Reference.objects.update(overlay_index=None)
    job = bring(admin, LIST + "\n")
    assert (job.new, job.changed) == (0, 3)
    assert not Reference.objects.filter(overlay_index=None).exists()


def test_a_clerk_may_not_see_the_list(clerk: Client) -> None:
    assert clerk.get("/reservations/notices/").status_code == 403


def test_a_notice_that_this_city_never_had_is_not_found(admin: Client) -> None:
    assert admin.post(f"/reservations/notices/{uuid4()}/", {"withdraw": "1"}).status_code == 404


def test_whoever_looks_a_number_up_stands_in_the_audit_list(admin: Client) -> None:
    bring(admin, LIST)
    before = AuditEntry.objects.filter(action="audit.read").count()
    look(admin, "ABC123456")
    look(admin, "NOBODY001")
    entries = AuditEntry.objects.filter(details__purpose="card_reservation.notice_looked_up").order_by("id")
    assert [len(entry.object_ids) for entry in entries] == [1, 0]
    assert before == 0 or entries.count() == 2
    assert not any("ABC123456" in str(entry.details) + str(entry.object_ids) for entry in entries)
