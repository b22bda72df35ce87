"""The second copy: encrypted, each event once, and the drill that compares it."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import journal, services
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.queries import missing_from_database
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.ledger.outbox.tests.rehearsal import BellRang, Rehearsal
from madoguchi.tenancy import City, in_city

# 00:30 of the 2nd of December in Japan.
NIGHT = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
FIRST = date(2026, 12, 1)


def publish(number: int, *, note: str = "") -> OutboxEvent:
    key = services.publish(event=BellRang(number=number, note=note), actor=SYSTEM, now=NIGHT)
    return OutboxEvent.objects.get(key=key)


def numbers(since: date = FIRST) -> list[int]:
    return [record.payload["number"] for record in journal.records(since=since)]


@pytest.mark.django_db
def test_the_journal_remembers_everything_and_shows_nothing(home: City, journal_folder: Path) -> None:
    with in_city(home):
        event = publish(7, note="山田 太郎")
        journal.append(event)
        (record,) = journal.records(since=FIRST)
        assert (record.key, record.kind, record.payload) == (event.key, BellRang.kind, {"number": 7})
        assert record.sealed == bytes(event.sealed or b"")
        assert (record.actor, record.created_at) == (("system", "system", ""), NIGHT)
    (file,) = journal_folder.rglob("*.journal")
    assert file.relative_to(journal_folder) == Path(str(home.uuid)) / "2026-12-02.journal"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"bell" not in file.read_bytes()
    assert "山田".encode() not in file.read_bytes()


@pytest.mark.django_db
def test_an_event_written_twice_is_read_once(home: City) -> None:
    with in_city(home):
        event = publish(1)
        journal.append(event)
        journal.append(event)
        journal.append(publish(2))
        assert numbers() == [1, 2]
        assert numbers(since=date(2026, 12, 3)) == []


@pytest.mark.django_db
def test_the_events_of_somebody_who_was_erased_are_taken_out_and_others_stay(home: City) -> None:
    with in_city(home):
        journal.append(publish(4711))
        journal.append(publish(2))
        assert journal.drop(ids=["nobody"]) == 0
        assert journal.drop(ids=["4711"]) == 1
        journal.append(publish(3))
        assert numbers() == [2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [1, 10, 30])
def test_a_record_torn_by_a_power_cut_hides_no_other(home: City, journal_folder: Path, lost: int) -> None:
    with in_city(home):
        journal.append(publish(1))
        journal.append(publish(2))
        (file,) = journal_folder.rglob("*.journal")
        file.write_bytes(file.read_bytes()[:-lost])
        assert numbers() == [1]
        journal.append(publish(3))
        assert numbers() == [1, 3]


@pytest.mark.django_db
def test_a_changed_record_is_refused(home: City, journal_folder: Path) -> None:
    with in_city(home):
        journal.append(publish(1))
        (file,) = journal_folder.rglob("*.journal")
        changed = bytearray(file.read_bytes())
        changed[-1] ^= 1
        file.write_bytes(bytes(changed))
        with pytest.raises(vault.SealBroken):
            numbers()


@pytest.mark.django_db
def test_another_citys_journal_does_not_open(home: City, stranger: City, journal_folder: Path) -> None:
    with in_city(home):
        journal.append(publish(1))
    (journal_folder / str(home.uuid)).rename(journal_folder / str(stranger.uuid))
    with in_city(stranger), pytest.raises(vault.SealBroken):
        numbers()


@pytest.mark.django_db(transaction=True)
def test_the_drill_names_what_a_restored_database_lost(home: City, rehearsal: Rehearsal) -> None:
    with in_city(home), clock.frozen_at(NIGHT):
        lost, _ = publish(1), publish(2)
    with clock.frozen_at(NIGHT):
        Relay().deliver_all()
    say = StringIO()
    call_command("journal_replay", city=home.code, since=FIRST, stdout=say)
    assert "2 events in the journal, 0 missing" in say.getvalue()
    with in_city(home):
        OutboxEvent.objects.filter(pk=lost.pk).delete()
        assert [record.key for record in missing_from_database(since=FIRST)] == [lost.key]
    with pytest.raises(CommandError):
        call_command("journal_replay", city=home.code, since=FIRST, stdout=say)
    assert str(lost.key) in say.getvalue()
    with in_city(home):
        assert OutboxEvent.objects.filter(kind=BellRang.kind).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_relay_killed_before_its_mark_repeats_harmlessly(home: City, rehearsal: Rehearsal) -> None:
    with in_city(home), clock.frozen_at(NIGHT):
        journal.append(publish(1))
    with clock.frozen_at(NIGHT):
        Relay().deliver_all()
    with in_city(home):
        assert numbers() == [1]
    assert rehearsal.numbers() == [1]
