"""Number and birthday: one answer to every wrong pair, and not for ever."""

from datetime import datetime, timedelta

import pytest

from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import verification
from plugins.card_reservation.services.verification import NotMatched, verify, verify_for_staff
from plugins.card_reservation.tests.stand_ins import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted_network")]


def test_the_right_pair_is_found_however_it_is_typed(people: People, now: datetime) -> None:
    pickup = people.add("ABC123456", "0229")
    for reference, birthday in (
        ("ABC123456", "0229"),
        ("ABC-123456", "2/29"),
        ("ＡＢＣ－１２３４５６", "０２２９"),
        (" abc 123456 ", "2月29日"),
        ("\ufeffABC\u200b123\u00ad456\u200e", "0229"),
    ):
        assert verify(reference=reference, birthday_text=birthday, now=now).pickup == pickup


def refusal(reference: str, birthday: str, now: datetime) -> tuple[str, str, int, dict[str, object]]:
    with pytest.raises(NotMatched) as refused:
        verify(reference=reference, birthday_text=birthday, now=now)
    error = refused.value
    return error.code, str(error), error.status, error.details


def test_every_wrong_pair_hears_the_same(people: People, now: datetime) -> None:
    people.add("ABC123456", "0229")
    people.ambiguous.add("TWO000001")
    wrong = [
        ("NOBODY001", "0229"),
        ("ABC123456", "0301"),
        ("TWO000001", "0229"),
        ("ABC123456", "0230"),
        ("ABC123456", "tomorrow"),
        ("", ""),
    ]
    assert len({str(refusal(*pair, now)) for pair in wrong}) == 1


def test_five_wrong_birthdays_lock_a_number_until_the_next_day(people: People, now: datetime) -> None:
    people.add("ABC123456", "0229")
    people.add("XYZ123456", "0401")
    answers = [refusal("ABC123456", f"03{day:02}", now) for day in range(1, 6)]
    locked = refusal("ABC123456", "0229", now)
    assert {str(answer) for answer in answers} == {str(locked)}
    verify(reference="XYZ123456", birthday_text="0401", now=now)
    verify(reference="ABC123456", birthday_text="0229", now=now + timedelta(days=1))


def test_staff_still_find_a_number_that_strangers_locked(people: People, now: datetime) -> None:
    pickup = people.add("ABC123456", "0229")
    for day in range(1, 6):
        refusal("ABC123456", f"03{day:02}", now)
    assert verify_for_staff(reference="ABC-123456", birthday_text="0229").pickup == pickup
    with pytest.raises(NotMatched):
        verify_for_staff(reference="ABC123456", birthday_text="0301")


def test_nobody_is_asked_for_behind_a_locked_number(
    people: People, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add("ABC123456", "0229")
    for day in range(1, 6):
        refusal("ABC123456", f"03{day:02}", now)
    asked: list[str] = []
    monkeypatch.setattr(verification, "_ask", lambda reference, birthday, needs_year: asked.append(reference))
    refusal("ABC123456", "0229", now)
    assert asked == [""]


def test_four_wrong_birthdays_lock_nothing(people: People, now: datetime) -> None:
    people.add("ABC123456", "0229")
    for day in range(1, 5):
        refusal("ABC123456", f"03{day:02}", now)
    verify(reference="ABC123456", birthday_text="0229", now=now)


def test_failures_keep_no_number_in_clear_and_are_forgotten(people: People, now: datetime) -> None:
    refusal("ABC123456", "0229", now)
    kept = VerificationFailure.objects.get()
    assert b"ABC123456" not in bytes(kept.reference_index)
    assert len(bytes(kept.reference_index)) == 32
    verification.forget_failures(now=now)
    assert VerificationFailure.objects.exists()
    verification.forget_failures(now=now + timedelta(days=1))
    assert not VerificationFailure.objects.exists()
