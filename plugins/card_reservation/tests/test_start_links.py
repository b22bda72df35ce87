"""The mail with the link that begins a booking: who gets it, how often, and what nobody learns from it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.notifications.models import Delivery
from madoguchi.residents import attempts, budget, networks
from madoguchi.residents.models import Contact
from plugins.card_reservation.services import links, start_mails
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_guesses import fail, solved
from plugins.card_reservation.tests.way import identify, open_link, token_in_mail

pytestmark = pytest.mark.django_db
FREE = start_mails.FREE_WITH_A_NOTICE.network
GATEWAY = "198.51.100.7"


def ask(browser: Client, email: str, proof: str = "") -> Any:
    return browser.post("/booking/mail/", {"email": email, "proof": proof})


def read(page: Any) -> str:
    """Read a page as somebody who compares two of them."""
    text = re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", page.content.decode())
    return re.sub(r"\w+@example\.jp", "", text)


def known(address: str, number: str, people: People) -> Client:
    """A browser behind an address whose resident was found by a notice."""
    people.add(number, "0229")
    browser = Client(headers={"host": "midori.localhost"}, REMOTE_ADDR=address)
    assert identify(browser, reference=number).status_code == 303
    return browser


@pytest.mark.req("KUR-49")
def test_a_link_is_mailed_to_whatever_address_is_typed_once_for_a_time_and_not_without_end(
    resident: Client, people: People
) -> None:
    token = open_link(resident, people)
    # Signed, single-use and over after its hours.
    device = Client(headers={"host": "midori.localhost"})
    assert device.get(f"/booking/start/{token[:-2]}xy/").status_code == 404
    device.get(f"/booking/start/{token}/")
    assert device.post(f"/booking/start/{token}/", {"agreed": "on"}).status_code == 303
    assert Client(headers={"host": "midori.localhost"}).get(f"/booking/start/{token}/").status_code == 410
    ask(resident, "hanako@example.jp")
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        late = resident.get(f"/booking/start/{token_in_mail('start')}/")
    assert late.status_code == 410
    # A mistyped address, one nobody knows and one that is known: the same screens, word for word.
    said = []
    for email in ("hanako@example.jp", "hanaka@example.jp", "nobody@example.jp"):
        answer = ask(resident, email)
        said.append((answer.status_code, answer["Location"], read(resident.get("/booking/sent/"))))
    assert len(set(said)) == 1
    assert 'href="/booking/mail/"' in said[0][2], "a typing mistake is mended"
    # One address has five an hour, one notice ten, and whoever asks for more is told the same.
    for _again in range(12):
        assert resident.post("/booking/sent/")["Location"] == "/booking/sent/"
    for number in range(12):
        assert ask(resident, f"someone{number}@example.jp")["Location"] == "/booking/sent/"
    to_one = Delivery.objects.filter(contact_id__in=Contact.objects.filter(language="ja").values("id"))
    assert to_one.count() == links.LINKS_OF_A_NOTICE
    assert links.LINKS_PER_HOUR < links.LINKS_OF_A_NOTICE
    # Who has no address is led to the telephone.
    page = resident.get("/booking/mail/").content.decode()
    assert 'href="/booking/phone/"' in page
    assert "tel:" in resident.get("/booking/phone/").content.decode()


def test_behind_one_gateway_a_town_goes_on_and_a_flood_does_sums(people: People) -> None:
    network = attempts.network_of(address=GATEWAY)
    fail(FREE - 1, clock.now(), network=network, kind=attempts.NOTICE)
    last, next_one = (known(GATEWAY, f"GAT00000{number}", people) for number in (1, 2))
    assert "data-proof" not in last.get("/booking/mail/").content.decode()
    assert ask(last, "last@example.jp").status_code == 303
    page = next_one.get("/booking/mail/").content.decode()
    assert "data-proof" in page
    assert "/booking/confirm/" in page, "without scripts there is a way by mail"
    refused = ask(next_one, "next@example.jp")
    assert refused.status_code == 422
    assert 'value="next@example.jp"' in refused.content.decode(), "nothing that was typed is lost"
    proof = solved(now=clock.now(), address=GATEWAY, purpose=start_mails.PURPOSE, work=budget.LEAST_WORK)
    assert ask(next_one, "next@example.jp", proof).status_code == 303
    assert token_in_mail("start")
    neighbour = known("203.0.113.9", "GAT000003", people)
    assert ask(neighbour, "neighbour@example.jp").status_code == 303
    later = clock.now() + timedelta(minutes=61)
    with clock.frozen_at(later):
        assert "data-proof" not in next_one.get("/booking/mail/").content.decode()


def test_however_many_ask_the_sum_of_a_gateway_stays_one_for_a_telephone() -> None:
    for mails, steps in ((FREE, 0), (FREE * 2, 1), (FREE * 3, 2), (FREE * 500, 2)):
        counts = budget.Counts(mails, mails)
        assert start_mails.WITH_A_NOTICE.work(counts) == budget.LEAST_WORK * 2**steps
    assert networks.name_of("198.51.100.7") == networks.name_of("198.51.100.200")
