"""A newer key reaches every row, stops anywhere, and the older one goes only when nothing needs it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from madoguchi import clock
from madoguchi.jobs.models import Job
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditAlert, AuditEntry
from madoguchi.ledger.vault import rotation
from madoguchi.residents.models import Contact
from madoguchi.residents.queries import address_of
from madoguchi.residents.tests.factories import ContactFactory
from madoguchi.tenancy import City, directory, in_city
from tenants.keys import rotating

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def fill(city: City, *, people: int) -> list[uuid.UUID]:
    with in_city(city):
        return [ContactFactory.create(email=f"person{n}@resident.example").id for n in range(people)]


def begin(city: City) -> None:
    with in_city(directory().operators()):
        rotating.begin(city=city, actor=SYSTEM, now=NOW)


def silent(done: int, total: int) -> None:
    """Nobody watches."""


def test_every_row_is_sealed_anew_and_opens_as_before(home: City) -> None:
    people = fill(home, people=7)
    with in_city(home), connection.cursor() as cursor:
        cursor.execute("SELECT contact::text, email FROM residents_contact AS contact")
        for line, email in cursor.fetchall():
            assert b"resident.example" not in bytes(email)
            assert b"resident.example".hex() not in line
    assert rotating.left(city=home) == 0
    begin(home)
    waiting = rotating.left(city=home)
    assert waiting >= 7
    told: list[tuple[int, int]] = []
    done = rotating.reseal(
        city=home, actor=SYSTEM, tell=lambda done, total: told.append((done, total)), now=NOW
    )
    assert (done.done, done.broken, done.left) == (waiting, 0, 0)
    assert told[-1] == (waiting, waiting)
    with in_city(home):
        kept = Contact.objects.filter(id__in=people)
        assert {bytes(contact.email)[1:3] for contact in kept} == {b"\x00\x02"}
        assert [address_of(person).email for person in people] == [
            f"person{n}@resident.example" for n in range(7)
        ]
        assert AuditEntry.objects.filter(action="tenants.key_resealed").count() == 1
    assert rotating.reseal(city=home, actor=SYSTEM, tell=silent, now=NOW).done == 0


def test_the_very_first_row_of_a_table_is_sealed_anew_too(home: City) -> None:
    """A search page's number is its key: the page of zeros kept the older key of a large city for ever."""
    first = uuid.UUID(int=0)
    with in_city(home):
        ContactFactory.create(id=first, email="first@resident.example")
    begin(home)
    done = rotating.reseal(city=home, actor=SYSTEM, tell=silent, now=NOW)
    assert (done.broken, done.left) == (0, 0)
    with in_city(home):
        assert bytes(Contact.objects.get(id=first).email)[1:3] == b"\x00\x02"
        assert address_of(first).email == "first@resident.example"


def test_a_stopped_run_goes_on_where_it_was(home: City, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home, people=7)
    begin(home)
    monkeypatch.setattr(rotation, "BATCH_ROWS", 3)
    before = rotating.left(city=home)

    def killed(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.reseal(city=home, actor=SYSTEM, tell=killed, now=NOW)
    assert 0 < rotating.left(city=home) < before
    assert home in list(rotating.unfinished())
    call_command("reseal_keys", "--city", home.code)
    assert rotating.left(city=home) == 0
    assert home not in list(rotating.unfinished())


def test_a_row_that_does_not_open_is_told_and_stops_nobody(home: City) -> None:
    first, *_others = fill(home, people=3)
    with in_city(home):
        Contact.objects.filter(id=first).update(email=b"\x01\x00\x01" + b"x" * 40)
    begin(home)
    result = rotating.reseal(city=home, actor=SYSTEM, tell=silent, now=NOW)
    assert (result.broken, result.left) == (1, 1)
    with in_city(home):
        alert = AuditAlert.objects.get(kind="seal_broken")
        assert alert.actor_id == "residents_contact.email"
        denied = AuditEntry.objects.get(details__attempted="vault.seal_broken")
        assert denied.object_ids == [str(first)]


def test_the_older_key_goes_only_when_no_row_and_no_copy_needs_it(home: City) -> None:
    (person,) = fill(home, people=1)
    begin(home)
    later = clock.now() + timedelta(days=41)
    with pytest.raises(rotating.OlderKeyNeeded, match="rows are still sealed"):
        rotating.retire(city=home, actor=SYSTEM, kept_after=rotating.KEPT_AFTER, now=later)
    rotating.reseal(city=home, actor=SYSTEM, tell=silent, now=NOW)
    with pytest.raises(rotating.OlderKeyNeeded, match="backups"):
        rotating.retire(
            city=home, actor=SYSTEM, kept_after=rotating.KEPT_AFTER, now=later - timedelta(days=2)
        )
    assert rotating.retire(city=home, actor=SYSTEM, kept_after=rotating.KEPT_AFTER, now=later) == [1]
    assert vault.generations_of(home.uuid) == [2]
    with in_city(home):
        assert address_of(person).email == "person0@resident.example"
        assert Contact.objects.get(id=person).email_index


def test_the_command_renews_and_its_job_tells_our_operators(home: City, capsys: Any) -> None:
    fill(home, people=2)
    call_command("rotate_keys", "--city", home.code, "--by", "山田")
    assert ": a newer key is in use" in capsys.readouterr().out
    with in_city(directory().operators()):
        job = Job.objects.get(kind="tenants.reseal")
        assert (job.state, job.errors) == ("done", 0)
        assert job.done >= 2
        assert AuditEntry.objects.get(action="tenants.key_begun").actor_name == "山田"


def test_what_our_operators_sealed_is_renewed_as_well() -> None:
    operators = directory().operators()
    begin(operators)
    assert rotating.reseal(city=operators, actor=SYSTEM, tell=silent, now=NOW).left == 0


def test_no_sealed_column_is_forgotten() -> None:
    known = {(column.table, column.column) for column in rotation.sealed_columns()}
    forgotten = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, models.BinaryField) or model._meta.app_label == "tenants":
                continue
            if field.max_length or (model._meta.db_table, field.column) in known:
                continue
            forgotten.append(f"{model._meta.db_table}.{field.column}")
    assert sorted(forgotten) == [
        "accounts_passkey.public_key",
        "brand_logo.content",
        # The bytes of a card as they were, for a day: what no longer opens is not put back.
        "card_management_cardbefore.bytes_before",
    ]
    assert {column.place for column in rotation.sealed_columns()} >= {
        "residents_contact.email",
        "card_management_card.sealed",
        "outbox_outboxevent.sealed",
    }
