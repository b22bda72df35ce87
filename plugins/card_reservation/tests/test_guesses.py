"""Guesses from many networks: a budget for the whole city, a sum, a confirmed address, the telephone."""

import json
from datetime import datetime, timedelta
from functools import partial
from unittest.mock import patch
from uuid import UUID, uuid4

import altcha
import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.residents import attempts, budget, networks, proofs
from madoguchi.residents.budget import Level
from madoguchi.residents.models import Attempt
from plugins.card_reservation.services import guesses
from plugins.card_reservation.services.guesses import TooManyGuesses, Visitor
from plugins.card_reservation.services.verification import NotMatched, verify
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import identify, token_in_mail

pytestmark = pytest.mark.django_db
LIMITS = budget.Limits(per_city=200, per_network=30)


HERE = "127.0.0.1"
"""Where a test's browser comes from."""


def solved(
    *, now: datetime, address: str = HERE, purpose: str = guesses.PURPOSE, work: int = budget.MOST_WORK
) -> str:
    """Do the sum that a page would set to an address, as a browser does; luck makes it a short one."""
    network = attempts.network_of(address=address)
    with patch("secrets.randbelow", lambda most: min(7, most - 1)):
        text = proofs.draw(purpose=purpose, work=work, now=now, network=network)
    drawn = altcha.Challenge.from_dict(json.loads(text))
    solution = altcha.solve_challenge(drawn)
    assert solution is not None
    return altcha.Payload(challenge=drawn, solution=solution).to_base64()


def fail(times: int, now: datetime, *, network: bytes = b"somebody", kind: str = attempts.FAILURE) -> None:
    """Let so many guesses of others fail."""
    Attempt.objects.bulk_create(
        Attempt(kind=kind, at=now, network=network, subject=uuid4().bytes) for _each in range(times)
    )


def with_sum(address: str, now: datetime) -> Visitor:
    """Come from an address with its sum done."""
    return Visitor(address=address, proof=solved(now=now, address=address))


def guess(number: int, now: datetime, visitor: Visitor) -> str:
    """Guess at some number, and tell what was heard."""
    try:
        verify(reference=f"XYZ{number:06}", birthday_text="0101", now=now, visitor=visitor)
    except NotMatched:
        return "not_matched"
    except TooManyGuesses as refusal:
        return refusal.level.name
    return "found"


def test_one_network_that_sprays_over_many_numbers_is_stopped(people: People, now: datetime) -> None:
    somebody = Visitor(address="198.51.100.7")
    neighbour = Visitor(address="198.51.100.200")
    free = [guess(number, now, somebody) for number in range(budget.FREE_SLIPS_OF_A_NETWORK)]
    assert set(free) == {"not_matched"}
    assert guess(10, now, somebody) == guess(11, now, neighbour) == "PROOF"
    for number in range(20, 45):
        assert guess(number, now, with_sum(somebody.address, now)) == "not_matched"
    assert guess(50, now, with_sum(somebody.address, now)) == "MAIL"
    assert guess(51, now, Visitor(address="203.0.113.7")) == "PROOF", "25 failures alarm the whole city"
    later = now + timedelta(minutes=61)
    assert guess(52, later, somebody) == "not_matched"


def test_a_proof_counts_once_in_this_city_and_for_a_quarter_of_an_hour(now: datetime) -> None:
    home = attempts.network_of(address=HERE)

    def spend(solution: str, at: datetime = now, purpose: str = guesses.PURPOSE) -> bool:
        return proofs.spend(solution=solution, purpose=purpose, now=at, network=home)

    proof = solved(now=now)
    assert spend(proof)
    assert not spend(proof)
    assert not spend(solved(now=now), now + timedelta(minutes=16))
    assert not spend(solved(now=now), purpose="another")
    for broken in ("", "x", "e30=", "bnVsbA==", "W10=", solved(now=now)[:-8], "A" * 5000):
        assert not spend(broken)


def test_nobody_gathers_sums_for_later_or_for_others(people: People, now: datetime) -> None:
    elsewhere = solved(now=now, address="203.0.113.1")
    fail(100, now)
    assert guess(1, now, Visitor(address="192.0.2.9", proof=elsewhere)) == "PROOF"
    # Drawn while it was calm: half the work is taken, for somebody may have been typing; a tenth is not.
    counts = attempts.counts_of(network=attempts.network_of(address="192.0.2.9"), now=now)
    asked = budget.work(counts=counts, limits=LIMITS)
    assert asked > 10 * budget.LEAST_WORK
    cheap = solved(now=now, address="192.0.2.9", work=budget.LEAST_WORK)
    assert guess(2, now, Visitor(address="192.0.2.9", proof=cheap)) == "PROOF"
    fair = solved(now=now, address="192.0.2.9", work=asked // 2)
    assert guess(3, now, Visitor(address="192.0.2.9", proof=fair)) == "not_matched"


def test_a_foreign_sum_is_no_proof(now: datetime) -> None:
    data = {"purpose": guesses.PURPOSE, "until": int(now.timestamp()) + 600}
    drawn = altcha.create_challenge("SHA-256", 1, counter=3, data=data, hmac_secret=b"not ours")
    solution = altcha.solve_challenge(drawn)
    assert solution is not None
    sent = altcha.Payload(challenge=drawn, solution=solution).to_base64()
    assert not proofs.spend(solution=sent, purpose=guesses.PURPOSE, now=now)


def test_the_budget_of_the_city_leads_from_a_sum_to_a_mail_and_to_the_telephone(
    people: People, now: datetime
) -> None:
    stranger = Visitor(address="203.0.113.9")
    fail(19, now)
    assert guess(1, now, stranger) == "not_matched"
    assert guess(2, now, stranger) == "PROOF"
    fail(179, now)
    assert guess(3, now, with_sum("192.0.2.9", now)) == "not_matched"
    assert guess(4, now, with_sum("192.0.2.9", now)) == "MAIL"
    confirmed = Visitor(address="192.0.2.9", mail_pass=uuid4())
    assert [guess(5 + each, now, confirmed) for each in range(4)] == ["not_matched"] * 3 + ["MAIL"]
    fail(17, now)
    assert guess(9, now, Visitor(mail_pass=uuid4())) == "CLOSED"
    assert guess(10, now + timedelta(hours=1, seconds=1), stranger) == "not_matched"


def test_staff_are_alarmed_at_once_and_once_for_each_level(people: People, now: datetime) -> None:
    fail(19, now)
    guess(1, now, Visitor(address="203.0.113.9"))
    found = AuditEntry.objects.filter(action=guesses.ALARM)
    assert [(entry.details["level"], entry.details["failures"]) for entry in found] == [("proof", 20)]
    Attempt.objects.filter(kind=attempts.FAILURE)[0].delete()
    guess(2, now, Visitor(address="203.0.113.9"))
    assert found.count() == 1


def test_whoever_finds_the_card_has_the_slips_before_it_forgiven(people: People, now: datetime) -> None:
    people.add("ABC123456", "0229")
    me = Visitor(address="203.0.113.9")
    for day in ("0301", "0302"):
        with pytest.raises(NotMatched):
            verify(reference="ABC123456", birthday_text=day, now=now, visitor=me)
    assert attempts.failures_of_city(now=now) == 2
    verify(reference="ABC123456", birthday_text="0229", now=now, visitor=me)
    assert attempts.failures_of_city(now=now) == 0


def test_the_broker_and_the_database_count_alike(
    people: People, now: datetime, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for in_broker in (False, True):
        settings.COUNTS_GUESSES_IN_BROKER = in_broker  # type: ignore[attr-defined]
        Attempt.objects.all().delete()
        monkeypatch.setattr(attempts, "_keys", partial(_private, uuid4()))
        one = Visitor(address="198.51.100.7")
        answers = [guess(number, now, one) for number in range(7)]
        people.add("ABC123456", "0229")
        found = verify(
            reference="ABC123456", birthday_text="0229", now=now, visitor=Visitor(address="192.0.2.1")
        )
        seen = guesses.ask_of(visitor=one, now=now).level
        counted = attempts.counts_of(network=attempts.network_of(address=one.address), now=now)
        said.append((answers, bool(found), seen, counted))
    assert said[0] == said[1]
    assert said[0][3] == budget.Counts(5, 5)


def _private(run: UUID, network: bytes, kind: str) -> list[str]:
    return [f"test:{{{run}}}:{kind}:city", f"test:{{{run}}}:{kind}:{network.hex()}"]


def test_a_network_is_a_24_or_a_64_and_a_city_trusts_some() -> None:
    assert networks.name_of("198.51.100.7") == networks.name_of("198.51.100.250") == "198.51.100.0/24"
    assert networks.name_of("::ffff:198.51.100.7") == "198.51.100.0/24"
    assert networks.name_of("2001:db8:1:2::5") == "2001:db8:1:2::/64"
    assert networks.name_of("rubbish") == "unknown"
    trusted = "10.1.0.0/16, nonsense 2001:db8::/32"
    assert networks.is_among("10.1.2.3", trusted=trusted)
    assert networks.is_among("2001:db8:1::1", trusted=trusted)
    assert not networks.is_among("10.2.2.3", trusted=trusted)
    assert not networks.is_among("unknown", trusted=trusted)


def test_the_sum_grows_with_the_failures() -> None:
    sums = [budget.work(counts=budget.Counts(each, 0), limits=LIMITS) for each in range(0, 200, 20)]
    assert sums[:2] == [budget.LEAST_WORK] * 2
    assert sums == sorted(sums)
    assert sums[-1] == budget.MOST_WORK


class TestPages:
    def test_in_a_calm_city_nobody_meets_a_sum(self, resident: Client) -> None:
        assert "data-proof" not in resident.get("/booking/").content.decode()

    def test_a_sum_is_asked_for_and_handed_in(self, resident: Client, people: People, now: datetime) -> None:
        people.add("ABC123456", "0229")
        fail(20, clock.now())
        page = resident.get("/booking/").content.decode()
        assert "data-proof" in page
        assert "/booking/confirm/" in page, "without scripts there is a way by mail"
        without = identify(resident)
        assert without.status_code == 422
        assert "機械による入力でないことを確認しています" in without.content.decode()
        sent = {"reference": "ABC-123456", "month": "2", "day": "29", "proof": solved(now=clock.now())}
        assert resident.post("/booking/", sent)["Location"] == "/booking/mail/"

    def test_a_confirmed_address_opens_the_way_when_the_budget_is_used_up(
        self, resident: Client, people: People
    ) -> None:
        people.add("ABC123456", "0229")
        fail(200, clock.now())
        assert resident.get("/booking/")["Location"] == "/booking/confirm/"
        assert identify(resident)["Location"] == "/booking/confirm/"
        assert resident.get("/booking/confirm/").status_code == 200
        sent = resident.post("/booking/confirm/", {"email": "hanako@example.jp"})
        assert resident.get(sent["Location"]).status_code == 200
        token = token_in_mail("confirm")
        assert "番号の入力へ進む" in resident.get(f"/booking/confirm/{token}/").content.decode()
        assert resident.post(f"/booking/confirm/{token}/")["Location"] == "/booking/"
        assert resident.get("/booking/").status_code == 200
        assert identify(resident)["Location"] == "/booking/mail/"
        assert resident.post(f"/booking/confirm/{token}/").status_code == 410

    def test_when_all_is_used_up_the_telephone_is_named(self, resident: Client) -> None:
        fail(220, clock.now())
        page = resident.get("/booking/")
        assert page.status_code == 429
        assert "000-0000-0001" in page.content.decode()

    def test_nobody_floods_a_mailbox_with_confirmations(self, resident: Client) -> None:
        from madoguchi.notifications.models import Delivery

        fail(20, clock.now())
        for _each in range(5):
            resident.post("/booking/confirm/", {"email": "hanako@example.jp"})
        assert Delivery.objects.count() == 3
        for each in range(12):
            resident.post("/booking/confirm/", {"email": f"hanako{each}@example.jp"})
        assert Delivery.objects.count() == 10


def test_levels_rise_in_order() -> None:
    levels = [budget.level_of_city(failures=each, limits=LIMITS) for each in (0, 19, 20, 199, 200, 219, 220)]
    proof, mail = [Level.PROOF] * 2, [Level.MAIL] * 2
    assert levels == [Level.OPEN, Level.OPEN, *proof, *mail, Level.CLOSED]


class TestStaff:
    def test_staff_unlock_a_number_and_it_is_written_down(
        self, clerk: Client, people: People, now: datetime, trusted_network: None
    ) -> None:
        people.add("ABC123456", "0229")
        for day in range(1, 6):
            with pytest.raises(NotMatched):
                verify(reference="ABC123456", birthday_text=f"03{day:02}", now=now)
        with pytest.raises(NotMatched):
            verify(reference="ABC123456", birthday_text="0229", now=now)
        assert 'name="unlock"' not in clerk.get("/reservations/guesses/").content.decode()
        calm = clerk.post("/reservations/guesses/", {"reference": "XYZ123456", "check": "1"})
        assert 'name="unlock"' not in calm.content.decode(), "nothing is locked"
        looked = clerk.post("/reservations/guesses/", {"reference": "abc-123456", "check": "1"})
        assert "翌日まで確認できません" in looked.content.decode()
        assert 'name="unlock"' in looked.content.decode()
        answer = clerk.post("/reservations/guesses/", {"reference": "ＡＢＣ-123456", "unlock": "1"})
        assert answer.status_code == 303
        verify(reference="ABC123456", birthday_text="0229", now=now)
        entry = AuditEntry.objects.get(action="card_reservation.unlock_number")
        assert entry.actor_name == "窓口 一郎"
        assert "ABC123456" not in str(entry.details) + str(entry.object_ids)
        again = clerk.post("/reservations/guesses/", {"reference": "ABC123456", "unlock": "1"})
        assert again.status_code == 422

    def test_whoever_may_only_look_unlocks_nothing(self, viewer: Client) -> None:
        assert viewer.post("/reservations/guesses/", {"reference": "A", "unlock": "1"}).status_code == 403

    def test_the_home_of_staff_warns_while_many_guesses_fail(self, clerk: Client) -> None:
        assert "番号の照合の間違いが増えています" not in clerk.get("/").content.decode()
        fail(20, clock.now())
        assert "番号の照合の間違いが増えています" in clerk.get("/").content.decode()
        page = clerk.get("/reservations/guesses/").content.decode()
        assert "計算による確認をしています" in page
        assert "20 件（上限 200 件）" in page


@pytest.mark.req("KUR-64")
def test_a_number_and_a_network_are_locked_staff_unlock_and_anybody_can_do_the_check(
    resident: Client, clerk: Client, people: People, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add("ABC123456", "0229")
    people.add("XYZ123456", "0401")
    for day in range(1, 6):
        assert identify(resident, month="3", day=str(day)).status_code == 422
    # The network is asked for a sum: said in words, done by the browser, with a way by mail beside it.
    page = resident.get("/booking/").content.decode()
    assert 'role="status"' in page
    assert "<img" not in page.partition("data-proof")[2].partition("</form>")[0]
    assert "/booking/confirm/" in page
    # The number is locked, also for somebody else with the right day.
    neighbour = Client(headers={"host": "midori.localhost"}, REMOTE_ADDR="192.0.2.77")
    assert identify(neighbour).status_code == 422
    assert identify(neighbour, reference="XYZ123456", month="4", day="1").status_code == 303
    clerk.post("/reservations/guesses/", {"reference": "ABC123456", "unlock": "1"})
    assert identify(neighbour).status_code == 303
    # Spraying many numbers from one network, each with its sum, ends at the network's limit for an hour.
    spray = Visitor(address="198.51.100.7")
    said = [guess(number, now, with_sum(spray.address, now)) for number in range(31)]
    assert said == ["not_matched"] * 30 + ["MAIL"]
    assert guess(40, now + timedelta(minutes=61), spray) == "not_matched"


def test_a_guess_counts_again_when_the_day_of_the_locks_begins() -> None:
    evening = datetime(2026, 5, 14, 23, 59, tzinfo=clock.JAPAN)
    names = [
        guesses.guess_of(index=b"i" * 32, failures=0, visitor=Visitor(), now=at).names
        for at in (evening, evening + timedelta(minutes=2))
    ]
    assert names[0] != names[1]
