"""Two cities furnished alike: the same keys, the same people, and other words in every field.

Every text that is seeded carries its city's mark, so that a word of one city met in the other is a leak.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.test import Client
from psycopg.types.json import Jsonb

from madoguchi import clock
from madoguchi.accounts.models import PersonnelPlan, Role, SavedView, Staff, UndoOffer
from madoguchi.accounts.roles import BUILT_IN, OPERATORS
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.models import ImportJob
from madoguchi.jobs.models import BulkRun, Job
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditAlert
from madoguchi.ledger.audit.oddities import TWO_PLACES
from madoguchi.notifications.models import MessageTemplate
from madoguchi.places.models import Place
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, directory, in_city, is_operators
from madoguchi.web import signing
from tests.isolation.cards import furnish_cards
from tests.isolation.console import furnish_console
from tests.isolation.mails import address_of, furnish_mails
from tests.isolation.pages import furnish_pages
from tests.isolation.programs import furnish_programs
from tests.isolation.protection import erasure_of, furnish_protection
from tests.isolation.reservations import furnish_reservations
from tests.isolation.visits import furnish_visits

SAME = UUID("11111111-1111-4111-8111-111111111111")
REFERENCE = "SAM000001"
BORN_ON = "1988-02-29"
KIND = "card_reservation.start_link"
ROLES = tuple(role.key for role in BUILT_IN)
OPERATORS_ROLES = tuple(role.key for role in OPERATORS)


@dataclass(frozen=True)
class World:
    """One city as somebody inside it knows it."""

    city: City
    mark: str
    # The values of the parameters of addresses: what is there, and what is there and in no other city.
    keys: dict[str, str] = field(default_factory=dict)
    own_keys: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    # What programs show, and what each may do.
    tokens: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """List what nobody in another city may ever read."""
        named = (self.city.name, self.city.name_en, f"{self.city.slug}.")  # type: ignore[attr-defined]
        ids = (value for name, value in self.own_keys.items() if name.endswith("_id") and len(value) == 36)
        return (self.mark, *(() if is_operators(self.city) else named), *ids)

    def host(self, zone: str) -> str:
        """Name the host of one of its zones."""
        address = self.city.resident_url if zone == "resident" else self.city.staff_url
        return address.partition("://")[2].partition(":")[0]


def furnish(*, city: City, mark: str, is_larger: bool = False) -> World:
    """Fill a city: staff of every role, a card, a booking, links, files, pages, all marked.

    The larger one of two has rows whose numbers the other has not.
    """
    world = World(city=city, mark=mark)
    now = clock.now()
    if not is_operators(city):
        world.keys["outage_id"] = world.own_keys["outage_id"] = outage_of(city)
    with in_city(city):
        _people(world)
        furnish_protection(world, now)
        if not is_operators(city):
            _ledger(world, now)
            _work(world, now)
            _counters(world, now)
            _look(world, now)
            _told(world, now)
            furnish_programs(world, same=SAME, now=now)
            furnish_reservations(world, same=SAME, now=now)
            furnish_cards(world, same=SAME, now=now)
            furnish_mails(world, now)
            furnish_visits(world, same=SAME, now=now)
            furnish_pages(world, more=3 if is_larger else 0)
    return world


def operators_world(*, mark: str = "ZZ-OPERATORS") -> World:
    """Sign an operator in, in the operators' own world."""
    world = furnish(city=directory().operators(), mark=mark)
    first = next(iter(directory().all()))
    world.keys["erasure_id"] = erasure_of(world)
    world.keys.update(furnish_console(world, same=SAME))
    world.keys.update({"code": first.code, "plugin": min(first.active_plugins)})
    return world


def outage_of(city: City) -> str:
    """Announce an outage that waits for the city's word, as its public rows say it, and give its number."""
    number, now = str(uuid5(SAME, f"outage {city.code}")), clock.now()
    # In our operators' words, who see the outages of every city.
    reasons = {"ja": "更新のため"}
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("DELETE FROM tenants_outageofcity WHERE outage_id = %s", [number])
        owner.execute("DELETE FROM tenants_plannedoutage WHERE uuid = %s", [number])
        owner.execute(
            "INSERT INTO tenants_plannedoutage (uuid, starts_at, ends_at, reasons, emergency_reason,"
            " opens_by_itself, pass_digest, announced_by, announced_by_name, announced_at, changed_at)"
            " VALUES (%s, %s, %s, %s, '', false, '', %s, '当番', %s, %s)",
            [number, now + timedelta(days=60), now + timedelta(days=61), Jsonb(reasons), SAME, now, now],
        )
        owner.execute(
            "INSERT INTO tenants_outageofcity (uuid, outage_id, city_id, notice_days, consent, told_from,"
            " answered_by_name, answer_reason) VALUES (%s, %s, %s, 14, 'asked', %s, '', '')",
            [uuid4(), number, city.uuid, now],
        )
    return number


def _people(world: World) -> None:
    for role in OPERATORS_ROLES if is_operators(world.city) else ROLES:
        number = uuid5(SAME, role)
        staff = StaffFactory.create(
            id=number,
            staff_code=f"Z-{role}",
            name=f"{world.mark} {role}",
            name_kana="ゼット",
            section=world.mark,
            roles=[role],
        )
        world.sessions[role] = session_of(staff)
    extra = StaffFactory.create(id=uuid4(), name=f"{world.mark} extra", staff_code="Z-extra")
    world.keys["staff_id"] = str(uuid5(SAME, next(iter(world.sessions))))
    world.own_keys["staff_id"] = str(extra.pk)
    _desk(world, staff)
    _proofs(world, staff)
    _rights(world)
    for key, number in (("keys", uuid5(SAME, "alert")), ("own_keys", uuid4())):
        now = clock.now() - timedelta(hours=len(key))
        AuditAlert.objects.create(
            id=number,
            kind=TWO_PLACES,
            actor_id="Z-extra",
            actor_name=world.mark,
            since=now,
            found_at=now,
            count=2,
        )
        getattr(world, key)["alert_id"] = str(number)


def _rights(world: World) -> None:
    """Make a role of the city's own and a change of personnel."""
    now = clock.now()
    for key, number in (("keys", uuid5(SAME, "role")), ("own_keys", uuid4())):
        role = Role.objects.create(
            id=number, key=f"own-{number.hex[:12]}", name=f"{world.mark} 役割 {len(key)}"
        )
        plan = PersonnelPlan.objects.create(
            id=uuid5(number, "plan"),
            effective_on=clock.today() + timedelta(days=3),
            entries=[{"staff_code": "Z-extra", "kind": "", "name": world.mark, "line": 2}],
            asked_by_id=str(SAME),
            asked_by_name=world.mark,
            asked_at=now,
        )
        getattr(world, key).update({"role_id": str(role.pk), "plan_id": str(plan.pk)})


def _proofs(world: World, staff: Staff) -> None:
    """Give one person a key, and the city a directory of its own."""
    from madoguchi.accounts.credentials import IdentityProvider, Passkey

    now = clock.now()
    for key, salt in (("keys", "proof"), ("own_keys", f"proof {world.mark}")):
        number = uuid5(SAME, salt)
        shown = {"staff": staff, "name": world.mark, "public_key": b"-", "added_at": now}
        Passkey.objects.create(id=number, credential_id=number.bytes, **shown)
        IdentityProvider.objects.create(
            id=number,
            label=world.mark,
            issuer=f"https://{salt.replace(' ', '-')}.example",
            client_id=world.mark,
            sealed_secret=b"",
            metadata={"authorization_endpoint": "https://idp.example/authorize"},
            is_active=True,
            changed_at=now,
        )
        getattr(world, key).update({"key_id": str(number), "provider_id": str(number)})


def _desk(world: World, staff: Staff) -> None:
    """Leave views and something to undo on the desk of one person."""
    now = clock.now()
    for key, number in (("keys", uuid5(SAME, "view")), ("own_keys", uuid4())):
        SavedView.objects.create(
            id=number, table="accounts.staff", name=world.mark, owner=staff, is_shared=True, changed_at=now
        )
        offer = UndoOffer.objects.create(
            kind="accounts.view_deleted",
            staff=staff,
            values={"view": str(number)},
            back_url="/",
            offered_at=now,
        )
        token = signing.sign([str(offer.id), str(staff.pk)], purpose="accounts.undo", now=now)
        getattr(world, key).update({"view_id": str(number), "undo.token": token})


def session_of(staff: Staff) -> str:
    """Start a session for somebody and give its key."""
    client = sign_in(Client(), staff)
    return str(client.cookies["sessionid"].value)


def _ledger(world: World, now: datetime) -> None:
    from plugins.card_management.tests.factories import add_card
    from plugins.card_reservation.models import Slot
    from plugins.card_reservation.services import booking
    from plugins.card_reservation.services.links import MANAGE, START
    from plugins.card_reservation.services.passes import PASS
    from plugins.card_reservation.services.slots import open_slots
    from plugins.card_reservation.services.verification import VerifiedPickup

    Place.objects.update(address=f"{world.mark} 1-1")
    open_slots(now=now)
    add = partial(add_card, name=f"{world.mark} 花子", kana="ゼット ハナコ", storage=world.mark)
    card = add(reference=REFERENCE, born_on=BORN_ON, address=f"{world.mark} 町")
    contact = residents.contact_for(email=address_of(world.mark), language="ja", now=now)
    pickup = VerifiedPickup(pickup=card, reference=REFERENCE)
    slot = Slot.objects.filter(starts_at__gt=now + timedelta(days=4)).order_by("starts_at", "place__code")[0]
    receipt = booking.book(
        request=booking.BookingRequest(
            slot_id=slot.pk, party=(pickup,), contact_id=contact, key=uuid4(), channel="phone"
        ),
        actor=Actor(kind="staff", id=str(SAME), name=world.mark),
        now=now,
    )
    issue = partial(residents.issue, contact_id=contact, expires_at=now + timedelta(days=1), now=now)
    other = add(reference="SAM000002", born_on="1990-05-05", address=f"{world.mark} 村")
    world.own_keys.update({"card_id": str(other), "booking_id": str(receipt.booking_id)})
    world.keys.update({"card_id": str(card), "booking_id": str(receipt.booking_id)})
    signed = signing.sign({"booking": str(receipt.booking_id)}, purpose="booking-done", now=now)
    tokens = {
        "booking.start.token": issue(purpose=START, payload={"pickups": [[str(other), "SAM000002"]]}),
        "booking.confirm.token": issue(purpose=PASS),
        "booking.manage.token": issue(purpose=MANAGE, subject=receipt.booking_id),
        "booking.done.signed": signed,
    }
    world.keys.update(tokens)
    world.own_keys.update(tokens)
    world.cookies["booking"] = _progress(other, contact, slot, now)


def _progress(card: UUID, contact: UUID, slot: Any, now: datetime) -> str:
    from plugins.card_reservation.queries import cautions
    from plugins.card_reservation.services.verification import VerifiedPickup
    from plugins.card_reservation.views.progress import COOKIE, Progress, keep_progress

    progress = Progress(
        party=(VerifiedPickup(pickup=card, reference="SAM000002"),),
        link="0" * 24,
        visit="1" * 24,
        contact_id=contact,
        email="somebody@resident.example",
        place_id=slot.place_id,
        slot_id=slot.pk,
        ticks=cautions().codes,
        cautions_version=cautions().version,
        key=uuid4(),
    )
    answer = keep_progress(HttpResponse(), progress, request=HttpRequest(), now=now)
    return str(answer.cookies[COOKIE].value)


def _bulk(world: World, now: datetime) -> None:
    for key, number in (("keys", uuid5(SAME, "run")), ("own_keys", uuid4())):
        BulkRun.objects.create(
            id=number,
            action="accounts.activate",
            rows=[SAME],
            back_url="/staff/",
            created_by_id=str(SAME),
            created_by_name=world.mark,
            created_at=now,
        )
        getattr(world, key)["jobs.bulk.run_id"] = str(number)


def _work(world: World, now: datetime) -> None:
    MessageTemplate.objects.create(
        kind=KIND,
        language="ja",
        version=1,
        subject=f"{world.mark} 件名",
        body="{link} " + world.mark,
        saved_at=now,
        saved_by=world.mark,
    )
    brought = ImportJob.objects.create(
        format="issuance_notices",
        file_name=f"{world.mark}.csv",
        content_hash="0" * 64,
        size=1,
        encoding="cp932",
        state=ImportJob.State.CHECKED,
        uploaded_by_id=str(SAME),
        uploaded_by_name=world.mark,
        uploaded_at=now,
    )
    _bulk(world, now)
    job = Job.objects.create(
        kind="exchange.apply",
        title=f"{world.mark} 取込",
        permission="exchange.import_files",
        created_by_id=str(SAME),
        created_by_name=world.mark,
        created_at=now,
    )
    ids = {"import_id": str(brought.pk), "job_id": str(job.pk)}
    world.keys.update(ids | {"kind": KIND, "language": "ja"})
    world.own_keys.update(ids)
    world.keys["media.name"] = default_storage.save("same.txt", ContentFile(world.mark.encode()))
    world.own_keys["media.name"] = default_storage.save(
        f"{world.mark}-{uuid4().hex}.txt", ContentFile(world.mark.encode())
    )


def _counters(world: World, now: datetime) -> None:
    from madoguchi.places.models import CalendarDay
    from madoguchi.terminals import services as terminals
    from plugins.card_reservation.models import PaperKit
    from plugins.card_reservation.services import papers

    day = CalendarDay.objects.create(day=date(2031, 1, 10), kind="closed", name=f"{world.mark} 休み")
    actor = Actor(kind="staff", id=str(SAME), name=world.mark)
    check = terminals.begin(terminal=f"{world.mark}-001", place_name=world.mark, actor=actor, now=now)
    papers.make_kits(now=now)
    ids = {
        "place_id": str(Place.objects.all()[0].pk),
        "day_id": str(day.pk),
        "check_id": str(check),
        "kit_id": str(PaperKit.objects.all()[0].pk),
    }
    world.keys.update(ids)
    world.own_keys.update(ids)


def _look(world: World, now: datetime) -> None:
    from madoguchi.brand import services as brand
    from madoguchi.brand.pictures import clean

    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>{world.mark}</desc></svg>'
    actor = Actor(kind="staff", id=str(SAME), name=world.mark)
    logo = brand.take_in_logo(clean(drawing.encode()), actor=actor, now=now)
    chosen = {**world.city.brand, "contact": world.mark, "logo_alt": world.mark, "logo_alt_en": world.mark}
    look = brand.publish(chosen=chosen, logo=logo, actor=actor, now=now)
    for keys in (world.keys, world.own_keys):
        keys.update({"brand.logo.name": logo.name, "brand.restore.look": str(look.pk) if look else ""})


def _told(world: World, now: datetime) -> None:
    from madoguchi.announcements import services as announcements

    actor = Actor(kind="staff", id=str(SAME), name=world.mark)
    for kind in ("emergency", "booking"):
        told = announcements.publish(
            kind=kind,
            values={
                "heading": f"{world.mark} お知らせ",
                "text": world.mark,
                "is_before": True,
                "starts_at": now + timedelta(days=1),
                "ends_at": now + timedelta(days=2),
            },
            actor=actor,
            now=now,
        )
        for keys in (world.keys, world.own_keys):
            keys[f"announcements.{kind}.announcement"] = str(told.pk)
