"""The page's way to the reader's program: what is signed, for whom, and what a reading says of a card."""

import base64
import json
import re
import tomllib
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from card_agent.configuration import parse
from card_agent.errors import NotPaired
from card_agent.pairing import check_token
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences import services as preferences
from madoguchi.tenancy import City, in_city
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.declarations.handover import READ_CHIPS
from plugins.card_management.services import handover_pairing
from plugins.card_management.tests.factories import add_card

pytestmark = pytest.mark.django_db
QUESTION = "q" * 43


@pytest.fixture
def card() -> UUID:
    return add_card()


@pytest.fixture
def clerk(home: City) -> Client:
    return clerk_of(home)


def clerk_of(city: City) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=["counter_clerk"]))


def use_readers(**more: Any) -> None:
    values = {"reads_chips": True, **more}
    preferences.change(plugin="card_management", values=values, actor=SYSTEM, now=clock.now())


def key() -> bytes:
    return base64.b64decode(handover_pairing.public_key())


def token(client: Client, challenge: str = QUESTION) -> str:
    answer = client.post("/cards/handover/chip/token/", {"challenge": challenge})
    assert answer.status_code == 200
    signed: str = json.loads(answer.content)["token"]
    return signed


def origin_of(city: City) -> str:
    return f"http://{urlsplit(city.staff_url).netloc}"


def test_the_agent_believes_the_citys_signature_for_this_connection_alone(home: City, clerk: Client) -> None:
    use_readers()
    signed = token(clerk)
    found = check_token(token=signed, key=key(), challenge=QUESTION, origin=origin_of(home))
    assert not found.allows_number_b
    for changed in ({"challenge": "other"}, {"origin": "https://evil.example.test"}, {"key": bytes(32)}):
        words = {"key": key(), "challenge": QUESTION, "origin": origin_of(home), **changed}
        with pytest.raises(NotPaired):
            check_token(token=signed, **words)  # type: ignore[arg-type]
    assert AuditEntry.objects.filter(action="card_management.allow_chip").count() == 1


def test_the_city_decides_whether_the_number_on_the_face_may_be_used(home: City, clerk: Client) -> None:
    use_readers(reads_by_number_b=True)
    found = check_token(token=token(clerk), key=key(), challenge=QUESTION, origin=origin_of(home))
    assert found.allows_number_b


def test_every_city_has_a_key_of_its_own(home: City, stranger: City) -> None:
    mine = key()
    assert key() == mine
    with in_city(stranger):
        assert key() != mine


@pytest.mark.parametrize("challenge", ["", "short", "日" * 43, "x" * 200])
def test_what_is_no_question_is_not_signed(clerk: Client, challenge: str) -> None:
    use_readers()
    assert clerk.post("/cards/handover/chip/token/", {"challenge": challenge}).status_code == 422


def test_a_city_without_readers_signs_nothing_and_opens_no_door(clerk: Client, card: UUID) -> None:
    assert clerk.post("/cards/handover/chip/token/", {"challenge": QUESTION}).status_code == 409
    for address in ("/cards/handover/chip/", f"/cards/handover/{card}/"):
        answer = clerk.get(address)
        assert "ws://" not in answer["Content-Security-Policy"]
        assert "data-chip-read" not in answer.content.decode()


def test_only_pages_with_the_button_may_reach_the_program_and_only_at_its_door(
    clerk: Client, card: UUID
) -> None:
    use_readers(chip_port=50000)
    for address in ("/cards/handover/chip/", f"/cards/handover/{card}/"):
        answer = clerk.get(address)
        assert "connect-src 'self' ws://127.0.0.1:50000" in answer["Content-Security-Policy"]
        assert 'data-chip="50000"' in answer.content.decode()
    assert "ws://" not in clerk.get("/cards/")["Content-Security-Policy"]


def test_the_page_shows_the_file_that_the_program_reads(home: City, clerk: Client) -> None:
    use_readers(chip_port=50000)
    page = clerk.get("/cards/handover/chip/setup/").content.decode()
    shown = re.search(r"<code>(port.*?)</code>", page, re.DOTALL)
    assert shown is not None
    written = tomllib.loads(unescape(shown[1]))
    written["cities"][0]["origin"] = "https://staff.example.test"
    found = parse(written)
    assert found.port == 50000
    assert list(found.keys.values()) == [key()]


FOUR = {
    "label": "ABC123456",
    "chip_name": "見本　花子",
    "chip_address": "福岡県久留米市テスト町１－１",
    "chip_born_on": "1988-02-29",
    "chip_sex": "female",
}


def test_a_chip_is_compared_with_the_ledger_and_what_differs_is_marked(clerk: Client, card: UUID) -> None:
    same = clerk.post("/cards/handover/chip/", FOUR).content.decode()
    assert same.count("違います</span>") == 0
    other = clerk.post(
        "/cards/handover/chip/", FOUR | {"chip_name": "見本　太郎", "chip_address": "東京都千代田区1-1"}
    ).content.decode()
    assert other.count('class="differs"') == 2
    assert AuditEntry.objects.filter(details={"purpose": "card_management.chip_page"}).count() == 2


def test_what_the_card_says_of_itself_is_told(clerk: Client) -> None:
    validity = {
        "expires_on": "2020-01-01",
        "certificate_expires_on": "2020-01-01",
        "municipality": "13101",
    }
    page = clerk.post("/cards/handover/chip/", validity).content.decode()
    for words in ("このカードは有効期限を過ぎています", "電子証明書は有効期限", "ほかの市区町村"):
        assert words in page


@pytest.mark.parametrize("given", [{}, {name: text for name, text in FOUR.items() if name != "label"}])
def test_sending_the_form_without_a_number_says_beside_it_what_is_missing(
    clerk: Client, given: dict[str, str]
) -> None:
    answer = clerk.post("/cards/handover/chip/", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "見比べるカードのラベルか、交付通知書の番号を入力してください" in page
    assert 'id="id_label_error"' in page


def test_a_number_of_nobody_is_told(clerk: Client) -> None:
    answer = clerk.post("/cards/handover/chip/", FOUR | {"label": "ZZZ999999"})
    assert "1枚に決められません" in answer.content.decode()


def test_nothing_of_a_chip_is_kept(clerk: Client, card: UUID) -> None:
    clerk.post("/cards/handover/chip/", FOUR | {"chip_address": "秘密町9-9"})
    assert "秘密町" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_an_address_that_a_role_keeps_back_is_not_told_by_comparing_it(home: City, card: UUID) -> None:
    masked = RoleFactory.create(permissions=[READ_CHIPS], masks={ADDRESS: "hidden"})
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    sign_in(client, StaffFactory.create(roles=[masked]))
    given = {
        "label": "ABC123456",
        "chip_name": "見本 花子",
        "chip_address": "久留米市",
        "chip_born_on": "19880229",
    }
    page = client.post("/cards/handover/chip/", given).content.decode()
    assert "見本 花子" in page
    assert "テスト町" not in page
    assert "違います" in page
