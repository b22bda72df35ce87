"""Each class of data is kept as long as the city says, held where the law says, and gone after."""

from datetime import date, timedelta
from typing import Any

import pytest

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import ReasonMissing
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.privacy import classes, erasing, retention
from madoguchi.privacy.models import ErasureRun, LegalHold, RetentionChange
from madoguchi.testing.factories import StaffFactory
from plugins.card_management.models import Card
from plugins.card_reservation.models import Booking
from tests.privacy.world import plant

pytestmark = pytest.mark.django_db
BOOKINGS = "card_reservation.bookings"
CARDS = "card_management.cards"


@pytest.fixture
def admin(db: None) -> Staff:
    """The administrator who decides about times."""
    staff: Staff = StaffFactory.create(city_admin=True)
    return staff


def change(
    admin: Staff, months: int, *, floor: int = 0, seen: int | None = None, name: str = BOOKINGS
) -> Any:
    wanted = retention.Wanted(name=BOOKINGS, months=months, floor_months=floor, reason="規程の改正")
    return retention.change(wanted=wanted, seen=seen, actor=staff_actor(admin), now=clock.now())


def tonight(*, days: int = 0) -> int:
    """Erase what is due, as the nightly task does, and count it."""
    now = clock.now() + timedelta(days=days)
    for run in erasing.begin(now=now):
        while erasing.go_on(run_id=run, now=now):
            pass
    return sum(ErasureRun.objects.filter(started_at=now).values_list("erased", flat=True))


def test_every_table_of_residents_belongs_to_a_class_or_is_forgotten_by_itself() -> None:
    from madoguchi.hooks.registry import plugins

    of_residents = {table for kind in plugins.declared("trial_data") for table in kind.tables}
    kept = {table for each in classes.declared() for table in each.tables}
    # Each of these has a night of its own in which its room forgets it.
    elsewhere = {
        "card_reservation_verificationfailure": "card_reservation.forget_failures",
        "card_reservation_reference": "imports",
        "card_management_cardbefore": "card_management.forget_before",
        "card_management_disposal": "evidence, keys only",
        "card_management_parcel": "keys only",
        "card_management_pullround": "keys only",
        "card_management_stocktake": "keys only",
        "card_management_stocktakecount": "keys only",
        "api_keptanswer": "days, by its own room",
        "api_webhookmessage": "days, by its own room",
        "jobs_bulkrun": "ids only",
        "jobs_job": "ids only",
        "notifications_delivery": "notifications.purge",
        "notifications_mailing": "no address",
        "notifications_suppression": "keyed index only",
        "residents_attempt": "keyed index only",
        "residents_spentproof": "a number",
        "accounts_draft": "jobs.forget_drafts",
        "accounts_undooffer": "a day",
    }
    assert of_residents - kept - elsewhere.keys() == set()


def test_a_longer_time_is_kept_at_once_with_its_history(admin: Staff) -> None:
    assert change(admin, 36) is None
    assert classes.find(BOOKINGS).months == 36
    change_row = RetentionChange.objects.get()
    assert (change_row.months_before, change_row.months_after, change_row.changed_by) == (24, 36, admin.name)
    assert AuditEntry.objects.get(action="privacy.retention_changed").details["months"] == "24 → 36"


def test_a_shorter_time_is_kept_only_after_its_count_was_seen(admin: Staff) -> None:
    plant(now=clock.now(), days_ago=400)
    with pytest.raises(retention.CountChanged):
        change(admin, 12)
    with pytest.raises(retention.CountChanged):
        change(admin, 12, seen=0)
    assert classes.find(BOOKINGS).months == 24
    change(admin, 12, seen=1)
    assert classes.find(BOOKINGS).months == 12


@pytest.mark.req("KUR-11")
def test_below_the_bound_a_second_person_decides_after_the_count_was_shown_and_the_night_erases(
    admin: Staff,
) -> None:
    plant(now=clock.now(), days_ago=400)
    change(admin, 24, floor=18)
    asked = change(admin, 12, floor=18, seen=1)
    assert asked is not None
    assert classes.find(BOOKINGS).months == 24
    assert tonight() == 0
    assert Booking.objects.filter(number="ZK77-0001").exists()
    approvals.approve(request_id=asked, staff=StaffFactory.create(city_admin=True), now=clock.now())
    assert classes.find(BOOKINGS).months == 12
    assert tonight() == 1
    assert not Booking.objects.filter(number="ZK77-0001").exists()
    assert tonight() == 0
    entry = AuditEntry.objects.get(action="privacy.erased_by_age")
    assert (entry.object_ids, entry.details["count"]) == ([BOOKINGS], 1)


def test_what_is_younger_stays(admin: Staff) -> None:
    plant(now=clock.now(), days_ago=700)
    assert tonight() == 0
    assert tonight(days=60) == 1


def test_a_hold_on_one_booking_keeps_it_and_lets_go_when_lifted(admin: Staff) -> None:
    planted = plant(now=clock.now(), days_ago=800)
    hold = retention.place_hold(
        name=BOOKINGS,
        reference=planted.number,
        reason="審査請求",
        until=None,
        actor=staff_actor(admin),
        now=clock.now(),
    )
    today = clock.today()
    assert classes.due(classes.find(BOOKINGS), months=24, today=today) == (0, 1)
    assert tonight() == 0
    retention.lift_hold(hold_id=hold, actor=staff_actor(admin), now=clock.now())
    assert tonight() == 1


def test_a_hold_on_a_class_stops_all_of_it_and_ends_with_its_day(admin: Staff) -> None:
    plant(now=clock.now(), days_ago=800)
    until = clock.today() + timedelta(days=10)
    actor = staff_actor(admin)
    retention.place_hold(
        name=BOOKINGS, reference="", reason="監査", until=until, actor=actor, now=clock.now()
    )
    assert tonight() == 0
    assert tonight(days=11) == 1


def test_a_time_shorter_than_a_hold_needs_a_second_person(admin: Staff) -> None:
    planted = plant(now=clock.now(), days_ago=400)
    actor = staff_actor(admin)
    retention.place_hold(
        name=BOOKINGS, reference=planted.number, reason="訴訟", until=None, actor=actor, now=clock.now()
    )
    assert change(admin, 12, seen=0) is not None
    assert classes.find(BOOKINGS).months == 24


def test_a_hold_on_nothing_and_without_a_reason_is_refused(admin: Staff) -> None:
    actor = staff_actor(admin)
    for reference, reason, refusal in (
        ("9999-9999", "x", retention.NothingHeld),
        ("", " ", ReasonMissing),
    ):
        with pytest.raises(refusal):
            retention.place_hold(
                name=BOOKINGS, reference=reference, reason=reason, until=None, actor=actor, now=clock.now()
            )
    assert not LegalHold.objects.exists()


def test_a_card_in_storage_is_never_erased_by_age() -> None:
    waiting = Card.objects.count()
    plant(now=clock.now())
    assert Card.objects.count() == waiting + 1
    tonight(days=20_000)
    assert Card.objects.count() == waiting


def test_a_run_that_was_stopped_goes_on_and_erases_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "BATCH", 1)
    plant(now=clock.now(), days_ago=800)
    run = erasing.begin(now=clock.now())[0]
    assert erasing.go_on(run_id=run, now=clock.now())
    # The worker died here; another one takes the same message.
    assert not erasing.go_on(run_id=run, now=clock.now())
    assert not erasing.go_on(run_id=run, now=clock.now())
    assert ErasureRun.objects.get(id=run).erased == 1


def test_the_page_counts_first_and_asks_for_approval_below_the_bound(signed_in: Any, admin: Staff) -> None:
    plant(now=clock.now(), days_ago=400)
    browser = signed_in(admin)
    assert "予約の記録" in browser.get("/privacy/").content.decode()
    page = browser.get(f"/privacy/{BOOKINGS}/?months=12&floor_months=0").content.decode()
    assert "今夜消える件数：0件 → 1件" in page
    sent = {"months": "12", "floor_months": "0", "reason": "改正"}
    assert browser.post(f"/privacy/{BOOKINGS}/change/", sent).status_code == 422
    browser.post(f"/privacy/{BOOKINGS}/change/", sent | {"seen": "1"})
    assert classes.find(BOOKINGS).months == 12
    assert "24 → 12" in browser.get(f"/privacy/{BOOKINGS}/").content.decode()
    assert browser.get(f"/privacy/{BOOKINGS}/?months=-1&floor_months=x").status_code == 422
    assert browser.get("/privacy/nothing.here/").status_code == 404
    assert browser.get("/privacy/erasures/").status_code == 200


def test_a_hold_is_placed_and_lifted_on_its_page(signed_in: Any, admin: Staff) -> None:
    planted = plant(now=clock.now())
    browser = signed_in(admin)
    assert browser.get(f"/privacy/{BOOKINGS}/hold/").status_code == 200
    assert (
        browser.post(f"/privacy/{BOOKINGS}/hold/", {"reference": "0000-0000", "reason": "x"}).status_code
        == 422
    )
    sent = {"reference": planted.number, "reason": "訴訟", "until": ""}
    assert browser.post(f"/privacy/{BOOKINGS}/hold/", sent).status_code == 302
    hold = LegalHold.objects.get()
    assert "訴訟" in browser.get(f"/privacy/{BOOKINGS}/").content.decode()
    browser.post(f"/privacy/holds/{hold.id}/lift/")
    assert LegalHold.objects.get().lifted_by == admin.name


def test_clerks_see_no_page_and_auditors_no_button(signed_in: Any) -> None:
    assert signed_in(StaffFactory.create(counter_clerk=True)).get("/privacy/").status_code == 403
    browser = signed_in(StaffFactory.create(auditor=True))
    page = browser.get(f"/privacy/{BOOKINGS}/")
    assert page.status_code == 200
    assert "消去を止める" not in page.content.decode()
    assert browser.post(f"/privacy/{BOOKINGS}/change/", {"months": "1"}).status_code == 403


def test_a_card_is_held_by_its_notice_number_without_showing_it(admin: Staff) -> None:
    plant(now=clock.now())
    actor = staff_actor(admin)
    retention.place_hold(
        name=CARDS, reference="zzk900001", reason="訴訟", until=date(2099, 1, 1), actor=actor, now=clock.now()
    )
    assert LegalHold.objects.get().label == "…0001"
