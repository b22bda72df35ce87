"""Put something on every page of a running site, and print how to get there.

The cities are furnished as for the proof of isolation, so that one list of samples serves both; the people
get names that a clerk could bear, because the pictures in the documentation are taken here, too.
"""

import json
import sys
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

import django

MARK = "見本"
CITY = "402036"
STAFF_NAMES = (
    "見本 窓口太",
    "見本 電話美",
    "見本 管理子",
    "見本 監査朗",
    "見本 編集代",
    "見本 当番",
    "見本 応援",
)
PEOPLE = (
    *(("見本 さくら", "ミホン サクラ"), ("見本 次郎", "ミホン ジロウ"), ("見本 みのり", "ミホン ミノリ")),
    *(("見本 健一", "ミホン ケンイチ"), ("見本 あおい", "ミホン アオイ"), ("見本 大輔", "ミホン ダイスケ")),
    *(("見本 千代", "ミホン チヨ"), ("見本 誠", "ミホン マコト"), ("見本 ゆかり", "ミホン ユカリ")),
    *(("見本 太一", "ミホン タイチ"), ("見本 文子", "ミホン フミコ"), ("見本 陽介", "ミホン ヨウスケ")),
    *(("見本 光", "ミホン ヒカル"), ("見本 静香", "ミホン シズカ"), ("見本 武", "ミホン タケシ")),
)
PEOPLE_OF_A_SLOT = 2


def main() -> None:
    """Furnish the city and the operators' world, and print their keys."""
    django.setup()
    from madoguchi import clock
    from madoguchi.brand import services as brand
    from madoguchi.ledger.audit.actors import Actor
    from madoguchi.tenancy import directory, in_city
    from tests.isolation import worlds

    city = next(city for city in directory().all() if city.code == CITY)
    here = worlds.furnish(city=city, mark=MARK)
    operators = worlds.operators_world(mark="運用")
    with in_city(city):
        _name_staff(worlds.SAME, here.sessions)
        # The sample's logo is an empty picture; the city's own sign is what people see.
        brand.go_back_to_start(actor=Actor(kind="staff", id=str(worlds.SAME), name=MARK), now=clock.now())
        day = _enliven()
        _scan_paper(here.keys["sheet_id"])
        pages = _site_pages()
    with in_city(operators.city):
        _name_staff(worlds.SAME, operators.sessions)
    operators.keys.update({"code": CITY, "outage_id": here.keys["outage_id"]} | _console_keys(operators))
    # An address is taken off by a form only, which nobody opens.
    here.keys.update({"plugin": "card_reservation", "address_id": str(uuid4())})
    queries = {
        "/reservations/": f"?day={day}",
        "/cards/shelves/pull/": f"?day={day}",
        "/search/": "?q=%E3%82%AB%E3%83%BC%E3%83%89",
    }
    city_found = _written(here) | {"pages": pages, "queries": queries}
    found = {"city": city_found, "operators": _written(operators)}
    json.dump(found, sys.stdout)


def _written(world: Any) -> dict[str, Any]:
    return {"keys": world.keys, "sessions": world.sessions, "cookies": world.cookies}


def _name_staff(namespace: Any, roles: Any) -> None:
    from madoguchi.accounts.models import Staff

    for number, (role, name) in enumerate(zip(roles, STAFF_NAMES, strict=False)):
        Staff.objects.filter(pk=uuid5(namespace, role)).update(
            staff_code=f"80000{number}", name=name, name_kana="ミホン", section="市民課"
        )
    Staff.objects.filter(staff_code="Z-extra").update(staff_code="800009", name="見本 応援", section="市民課")


def _enliven() -> str:
    """Book a day full of people, so that the board of a clerk looks like one, and name the day."""
    from madoguchi import clock
    from madoguchi.ledger.audit.actors import Actor
    from plugins.card_management.tests.factories import add_card
    from plugins.card_reservation.models import Slot
    from plugins.card_reservation.services import booking
    from plugins.card_reservation.services.verification import VerifiedPickup

    now = clock.now()
    slots = _slots_of_a_day(Slot, now)
    clerk = Actor(kind="staff", id=str(uuid4()), name=STAFF_NAMES[0])
    add = partial(add_card, storage="本庁A-02")
    for turn, (name, kana) in enumerate(PEOPLE):
        reference = f"MIH10{turn:04}"
        card = add(reference=reference, name=name, kana=kana, born_on=f"19{50 + turn}-0{turn % 9 + 1}-15")
        request = booking.BookingRequest(
            slot_id=slots[turn // PEOPLE_OF_A_SLOT % len(slots)],
            party=(VerifiedPickup(pickup=card, reference=reference),),
            contact_id=None,
            key=uuid4(),
            channel="phone",
        )
        booking.book(request=request, actor=clerk, now=now)
    return str(Slot.objects.get(pk=slots[0]).day)


def _slots_of_a_day(slots: Any, now: datetime) -> list[Any]:
    """Choose the slots of the first day of opening that has not begun, at the largest place."""
    first = slots.objects.filter(starts_at__gt=now + timedelta(hours=12), capacity__gt=PEOPLE_OF_A_SLOT)
    begins = first.order_by("starts_at")[0].starts_at
    of_day = first.filter(starts_at__lt=begins + timedelta(hours=10)).order_by("starts_at")
    return list(of_day.values_list("pk", flat=True))


def _scan_paper(page: str) -> None:
    """Put a whole sheet in place of the small picture that proves isolation."""
    from plugins.card_management.models.scans import ScanPage
    from plugins.card_management.services import scans_store
    from plugins.card_management.tests import paper

    drawn = paper.form(words="カード受領書（見本）", lines=6)
    kept = scans_store.keep(page=UUID(page), content=paper.as_png(drawn))
    ScanPage.objects.filter(pk=page).update(
        sealed=kept.sealed,
        stored_as=kept.name,
        stored_bytes=kept.size,
        width=drawn.width,
        height=drawn.height,
    )


def _site_pages() -> list[str]:
    """List the addresses of all pages that editors have published."""
    from wagtail.models import Page

    found = Page.objects.live().filter(depth__gte=2).order_by("path")
    return [address.partition("//")[2].partition("/")[2] for page in found if (address := page.full_url)]


def _console_keys(world: Any) -> dict[str, str]:
    """Make what operators have to look at: a wish for a city, and a run over the fleet."""
    import psycopg
    from django.conf import settings

    from madoguchi import clock
    from madoguchi.ledger.audit.actors import Actor
    from madoguchi.tenancy import in_city
    from tenants.console.wizard import STEPS
    from tenants.provisioning import orders

    now, run = clock.now(), str(uuid4())
    with in_city(world.city):
        actor = Actor(kind="staff", id=world.keys["staff_id"], name=STAFF_NAMES[0])
        request = orders.draft(profile={}, actor=actor, now=now)
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute(
            "INSERT INTO tenants_fleetrun (uuid, version, outcome, canary, schemas, jobs, started_at)"
            " VALUES (%s, '0', 'stopped', %s, 2, 1, %s)",
            [run, f"c_{CITY}", now],
        )
    return {
        "request_id": str(request),
        "run_id": run,
        "plugin": "card_reservation",
        "step": STEPS[0].key,
        "cities.state.to": "closing",
        "cities.plugins.to": "off",
    }


if __name__ == "__main__":
    main()
