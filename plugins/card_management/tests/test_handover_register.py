"""What the register says stops the notice and the hand-over, until a supervisor looks past it (FUJ-19)."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management.models import Card
from plugins.card_management.services import forms_letters
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.register import file_of, take

pytestmark = pytest.mark.django_db
CLERK = Actor(kind="staff", id="11111111-1111-4111-8111-111111111111", name="窓口 太郎")
REASON = "住民異動届の取下げを確かめた"


def client_of(city: City, role: str) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


def printed(card: UUID) -> tuple[int, list[str]]:
    """Print the notice of a card: how many were printed, and why one was left out."""
    now = clock.now()
    order = LetterOrder(key="notice", cards=(card,))
    run = forms_letters.start(order=order, eyes=EVERYTHING, actor=CLERK, now=now)
    run = forms_letters.carry_out(run_id=run.id, actor=CLERK, now=now, tell=lambda done, total: None)
    return run.printed, [each for line in run.lines.filter(outcome="left_out") for each in line.reasons]


@pytest.mark.req("FUJ-19")
@pytest.mark.parametrize(
    ("change", "flag", "words"),
    [
        ({"異動事由": "国内転出"}, "moved_out", "転出"),
        ({"異動事由": "死亡"}, "died", "死亡"),
        (
            {"氏名": "佐藤 花子", "氏名カナ": "サトウ ハナコ", "異動事由": "職権修正"},
            "name_changed",
            "氏名変更",
        ),
        ({"在留期限": "2020-01-31"}, "stay_expired", "在留期間満了"),
    ],
)
def test_the_register_stops_notice_and_hand_over_until_a_supervisor_gives_a_reason(
    home: City, change: dict[str, str], flag: str, words: str
) -> None:
    card, clerk, admin = add_card(), client_of(home, "counter_clerk"), client_of(home, "city_admin")
    page = f"/cards/handover/{card}/"
    take(file_of({}))
    take(file_of(change))
    assert Card.objects.get().flags == [flag]
    assert printed(card) == (0, [flag])
    matched(card)
    refused = clerk.post(f"{page}done/", follow=True).content.decode()
    assert words in refused
    assert Card.objects.get().state == "stored"

    for purpose in ("notice", "hand_over"):
        asked = f"{page}override/?for={purpose}"
        assert clerk.post(asked, {"reason": REASON}).status_code == 403
        admin.post(asked, {"reason": REASON})
    entries = AuditEntry.objects.filter(action="card_management.override_warning").order_by("id")
    assert [entry.details for entry in entries] == [
        {"purpose": "notice", "warnings": [flag]},
        {"purpose": "hand_over", "warnings": [flag]},
    ]
    assert printed(card) == (1, [])
    clerk.post(f"{page}done/")
    assert Card.objects.get().state == "handed_over"
    assert REASON in clerk.get(page).content.decode()
