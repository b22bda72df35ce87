"""An operator inside a city: every page they open stands in its list, none shows a name, nothing changes."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import OperatorVisit
from madoguchi.accounts.visits import services, visitors
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city
from tests.isolation.doors import doors
from tests.isolation.worlds import furnish

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "ZZ-CANARY"
# What furnish() calls the people of its cards: the name, how it reads, when they were born.
PEOPLE = (f"{MARK} 花子", "ゼット ハナコ", "S63.02.29", f"{MARK} 町")
# These speak of the session itself, end it, or open another one.
APART = frozenset(
    {
        "session_state",
        "session_stay",
        "session_keep",
        "sign_out",
        "switch_person",
        "visit_leave",
        "visit_enter",
    }
)


def enter(city: City, *, sees_all: bool) -> tuple[Client, dict[str, str]]:
    """Let an operator in and give their browser."""
    world = furnish(city=city, mark=MARK)
    browser = Client(headers={"host": urlsplit(city.staff_url).netloc})
    now = clock.now()
    with in_city(city):
        wish = OperatorVisit.objects.get(id=world.keys["visit_id"])
        visit = services.decide(
            visit_id=wish.id, grants=True, sees_all=sees_all, note="", actor=SYSTEM, now=now
        )
        digest = services.digest_of("way-in")
        OperatorVisit.objects.filter(id=visit.id).update(entry_digest=digest, entry_until=visit.open_until)
    assert browser.post("/operator-visits/enter/way-in/").status_code == 302
    return browser, world.keys


def test_no_page_shows_a_visitor_anybodys_name_and_all_are_written_down(home: City) -> None:
    browser, keys = enter(home, sees_all=False)
    opened = 0
    for door in doors("staff"):
        if door.name in APART:
            continue
        address = door.address(keys)
        with in_city(home):
            before = AuditEntry.objects.filter(action=services.VIEWED).count()
        answer = browser.get(address)
        assert answer.status_code < 500, address
        page = (answer.getvalue() if answer.streaming else answer.content).decode(errors="replace")
        assert not [word for word in PEOPLE if word in page], address
        with in_city(home):
            entries = AuditEntry.objects.filter(action=services.VIEWED)
            if answer.status_code == 200:
                opened += 1
                assert entries.count() == before + 1, address
                assert entries.latest("id").details["path"] == address
        assert browser.post(address).status_code in (403, 404, 405, 409), address
    assert opened > 15
    with in_city(home):
        assert (
            not AuditEntry.objects.filter(actor_kind="operator")
            .exclude(action__in=[services.VIEWED, services.BEGUN, services.ASKED, "access.denied"])
            .exclude(action__contains="viewed")
            .exclude(action__contains="read")
            .exclude(action__contains="printed")
            .exists()
        )


def test_the_positive_control_of_a_visitor_who_may_see_names(home: City) -> None:
    browser, _keys = enter(home, sees_all=True)
    assert PEOPLE[0] in browser.get("/cards/").content.decode()


def test_a_visitor_is_a_visitor_only(home: City) -> None:
    assert "accounts.export_lists" not in visitors.viewing()
    assert all(not name.startswith("tenants.view_fleet") for name in visitors.viewing())
