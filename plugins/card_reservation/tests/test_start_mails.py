"""A service that an address is enough for: strangers cannot have us mail whomever they like."""

import re
from functools import partial
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.notifications.models import Delivery
from madoguchi.places.models import Place
from madoguchi.residents import attempts, budget
from madoguchi.residents.models import Attempt, Contact
from plugins.card_reservation.models import PICKUP_ID, PlaceRules, Service
from plugins.card_reservation.rules.mail_domains import owner_of
from plugins.card_reservation.rules.mailboxes import mailbox_of
from plugins.card_reservation.services import anonymous, guesses, start_mails
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_guesses import _private, fail, solved
from plugins.card_reservation.tests.way import identify, token_in_mail

pytestmark = pytest.mark.django_db
FREE = budget.FREE_SLIPS_OF_A_NETWORK
CITY = start_mails.FREE.city


@pytest.fixture(autouse=True)
def renewal(hall: Place) -> Service:
    """A service without a notice beside the pick-up."""
    made = Service.objects.create(code="renewal", name="電子証明書の更新", identity="none", order=5)
    PlaceRules.objects.create(
        place=hall, service=made, capacity=2, unit_minutes=15, earliest_open_days_residents=1, max_party=3
    )
    open_slots(now=clock.now())
    return made


def browser(address: str = "198.51.100.7") -> Client:
    """A browser of some network that has chosen the service."""
    made = Client(headers={"host": "midori.localhost"}, REMOTE_ADDR=address)
    made.post("/booking/service/", {"service": "renewal", "people": "1"})
    return made


def ask(who: Client, email: str, proof: str = "") -> int:
    """Ask for a start mail."""
    return who.post("/booking/mail/", {"email": email, "proof": proof}).status_code


def sum_done(address: str = "198.51.100.7") -> str:
    """Do the sum of the page of the address."""
    return solved(now=clock.now(), purpose=start_mails.PURPOSE, address=address)


def test_a_flood_from_one_network_stops_without_sums_and_leaves_nothing() -> None:
    said = [ask(browser(f"198.51.100.{each}"), f"stranger{each}@example.jp") for each in range(12)]
    assert said == [303] * FREE + [422] * (12 - FREE)
    assert Delivery.objects.count() == Contact.objects.count() == FREE
    assert ask(browser("203.0.113.9"), "neighbour@example.jp") == 303, "other networks are not slowed"


def test_a_flood_from_many_networks_stops_without_sums() -> None:
    fail(CITY - 2, clock.now(), network=b"others", kind=attempts.START)
    said = [ask(browser(f"203.0.{each}.7"), f"stranger{each}@example.jp") for each in range(5)]
    assert said == [303, 303, 422, 422, 422]
    assert Contact.objects.count() == 2


def test_whoever_does_the_sum_gets_the_mail_however_many_went_out() -> None:
    fail(CITY * 20, clock.now(), network=attempts.network_of(address="198.51.100.7"), kind=attempts.START)
    honest = browser()
    page = honest.get("/booking/mail/").content.decode()
    assert "data-proof" in page
    assert "proof.js" in page
    assert "/booking/confirm/" in page, "without scripts there is a way by mail"
    refused = honest.post("/booking/mail/", {"email": "hanako@example.jp"})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "もう一度「メールを送る」を押してください" in text
    assert 'value="hanako@example.jp"' in text
    assert "data-proof" in text
    assert not Delivery.objects.exists()
    proof = sum_done()
    assert ask(honest, "hanako@example.jp", proof) == 303
    assert token_in_mail("start")
    assert ask(honest, "taro@example.jp", proof) == 422, "a sum counts once"
    foreign = solved(now=clock.now(), address="198.51.100.7")
    assert ask(honest, "taro@example.jp", foreign) == 422, "a sum of another page is none"


def test_sending_again_leads_to_the_sum_instead_of_being_dropped() -> None:
    one = browser()
    assert ask(one, "hanako@example.jp") == 303
    assert one.post("/booking/sent/")["Location"] == "/booking/sent/"
    fail(CITY, clock.now(), kind=attempts.START)
    assert one.post("/booking/sent/")["Location"] == "/booking/mail/"
    assert re.search(r'value="hanako@example.jp"', one.get("/booking/mail/").content.decode())
    assert Delivery.objects.count() == 2


def test_without_scripts_a_confirmed_address_is_mailed_and_no_other() -> None:
    fail(CITY, clock.now(), kind=attempts.START)
    one = browser()
    assert "番号を入力する前に" not in one.get("/booking/confirm/").content.decode()
    sent = one.post("/booking/confirm/", {"email": "hanako@example.jp"})
    assert "予約を続けられます" in one.get(sent["Location"]).content.decode()
    link = f"/booking/confirm/{token_in_mail('confirm')}/"
    assert "番号の入力へ進む" not in one.get(link).content.decode()
    assert one.post(link)["Location"] == "/booking/mail/"
    assert ask(one, "stranger@example.jp") == 422
    assert ask(one, " Hanako@example.jp") == 303
    assert token_in_mail("start")
    assert not Contact.objects.exclude(id__in=Delivery.objects.values("contact_id")).exists()


def test_known_and_unknown_addresses_are_answered_alike() -> None:
    one = browser()
    assert ask(one, "hanako@example.jp") == ask(one, "taro@example.jp") == 303
    fail(CITY, clock.now(), kind=attempts.START)
    pages = [
        one.post("/booking/mail/", {"email": email}) for email in ("hanako@example.jp", "new@example.jp")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert ask(one, "hanako@example.jp", sum_done()) == ask(one, "new@example.jp", sum_done()) == 303


def test_a_terminal_of_the_city_is_never_asked_nor_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    fail(CITY, clock.now(), kind=attempts.START)
    monkeypatch.setattr(start_mails, "is_trusted", lambda visitor: visitor.address.startswith("10."))
    terminal = browser("10.1.2.3")
    assert "data-proof" not in terminal.get("/booking/mail/").content.decode()
    assert ask(terminal, "hanako@example.jp") == 303
    assert Attempt.objects.filter(kind=attempts.START).count() == CITY


def test_services_with_a_notice_are_not_slowed_by_the_others(people: People) -> None:
    fail(CITY * 20, clock.now(), network=attempts.network_of(address="198.51.100.7"), kind=attempts.START)
    people.add("ABC123456", "0229")
    one = browser()
    one.post("/booking/service/", {"service": "pickup"})
    assert "data-proof" not in one.get("/booking/").content.decode()
    assert identify(one).status_code == 303
    assert "data-proof" not in one.get("/booking/mail/").content.decode()
    assert ask(one, "hanako@example.jp") == 303
    assert guesses.ask_of(visitor=guesses.Visitor(address="198.51.100.7"), now=clock.now()).level == 0


@pytest.mark.parametrize("in_broker", [False, True])
def test_the_broker_and_the_database_count_alike_and_the_hour_ends(
    in_broker: bool, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COUNTS_GUESSES_IN_BROKER = in_broker  # type: ignore[attr-defined]
    monkeypatch.setattr(attempts, "_keys", partial(_private, uuid4()))
    visitor = guesses.Visitor(address="192.0.2.1")
    now = clock.now()
    said = [start_mails.let_out(email="a@example.jp", visitor=visitor, now=now) for _each in range(FREE + 1)]
    assert said == [True] * FREE + [False]
    later = now + budget.WINDOW * 1.01
    assert start_mails.let_out(email="a@example.jp", visitor=visitor, now=later)


def test_one_mailbox_books_a_service_once_however_it_is_written() -> None:
    for other in ("Hanako+1@example.jp", " hanako+anything+else@EXAMPLE.jp "):
        assert anonymous.party_of(email=other, service_id=PICKUP_ID, people=2) == anonymous.party_of(
            email="hanako@example.jp", service_id=PICKUP_ID, people=2
        )
    assert mailbox_of("ha.na.ko+x@googlemail.com") == mailbox_of("hanako@gmail.com") == "hanako@gmail.com"
    assert mailbox_of("ha.nako@example.jp") == "ha.nako@example.jp"
    assert mailbox_of("+@example.jp") == "+@example.jp"


def test_a_domain_that_takes_every_mailbox_does_sums_wherever_they_are_typed() -> None:
    free = start_mails.FREE_OF_A_DOMAIN
    catch_all = attempts.domain_of(name="catch-all.co.jp")
    fail(free - 1, clock.now(), network=catch_all, kind=attempts.DOMAIN)
    assert ask(browser("203.0.113.1"), "first@catch-all.co.jp") == 303
    late = browser("203.0.113.2")
    for email in ("second@catch-all.co.jp", "third@mail.catch-all.co.jp"):
        refused = late.post("/booking/mail/", {"email": email})
        assert refused.status_code == 422
        assert "data-proof" in refused.content.decode()
        assert f'value="{email}"' in refused.content.decode(), "nothing that was typed is lost"
    assert Contact.objects.count() == 1
    assert ask(late, "second@catch-all.co.jp", sum_done("203.0.113.2")) == 303, "and nobody is refused"
    assert ask(browser("203.0.113.3"), "hanako@other.co.jp") == 303
    fail(free * 5, clock.now(), network=attempts.domain_of(name="gmail.com"), kind=attempts.DOMAIN)
    assert ask(browser("203.0.113.4"), "hanako@gmail.com") == 303, "a provider's customers are strangers"
    assert Attempt.objects.filter(kind=attempts.DOMAIN, network=catch_all).count() == free + 1


def test_whose_mailboxes_count_together() -> None:
    assert owner_of("a@example.com") == owner_of("b@x.y.EXAMPLE.com.") == "example.com"
    assert owner_of("a@mail.example.co.jp") == "example.co.jp"
    assert owner_of("a@docomo.ne.jp") == owner_of("a@i.softbank.jp") == owner_of("a@jcom.zaq.ne.jp") == ""


def test_in_a_calm_hour_nobody_has_a_stranger_mailed_to_confirm_an_address() -> None:
    for one, onward in (
        (Client(headers={"host": "midori.localhost"}), "/booking/"),
        (browser(), "/booking/mail/"),
    ):
        assert one.post("/booking/confirm/", {"email": "stranger@example.jp"})["Location"] == onward
    assert not Delivery.objects.exists()
    assert not Contact.objects.exists()
