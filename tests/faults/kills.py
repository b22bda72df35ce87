"""reliability.md 11, figures 1 and 2: kill -9 over web, relay and PostgreSQL while people book.

python -m tests.faults.kills [--kills 21] [--browsers 12] [--visitors 2000]
"""

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from deploy.local.mail_store import list_mails
from tests.faults.scene import VICTIMS, Scene, scene
from tests.faults.visitors import Attempt, Crowd, Visitor
from tests.load.booking import progress_of, signed
from tests.load.ground import Ground, administrator, find_ground, slot_key

SLOTS = 60
CAPACITY = 20
CHOICES = 3
PAUSE_SECONDS = (0.5, 2.5)
LANGUAGE = "ja"
MUST_BE_ZERO = {
    "over": "SELECT count(*) FROM card_reservation_slot WHERE booked > capacity + allowance",
    "double": "SELECT count(*) - count(DISTINCT pickup) FROM card_reservation_bookingperson WHERE active",
    "drift": (
        "SELECT count(*) FROM card_reservation_slot AS slot WHERE booked <>"
        " (SELECT coalesce(sum(party_size), 0) FROM card_reservation_booking"
        "   WHERE slot_id = slot.id AND state = 'active')"
    ),
    "without an event": (
        "SELECT abs((SELECT count(*) FROM card_reservation_booking)"
        " - (SELECT count(*) FROM outbox_outboxevent WHERE kind = 'card_reservation.pickup_booked'))"
    ),
    "without an audit entry": (
        "SELECT abs((SELECT count(*) FROM card_reservation_booking)"
        " - (SELECT count(*) FROM audit_auditentry WHERE action = 'card_reservation.book'))"
    ),
    "given up": "SELECT count(*) FROM outbox_outboxevent WHERE dead_at IS NOT NULL",
}


@dataclass(frozen=True)
class Verdict:
    """What was counted at the end; everything but the mails sent twice must be zero."""

    wrong: dict[str, int]
    twice: int

    def holds(self, *, kills: int) -> bool:
        """Tell whether nothing is wrong and no kill repeated more than one mail."""
        return not any(self.wrong.values()) and self.twice <= kills


def main() -> int:
    """Kill, count, print one line, and fail on a wrong count."""
    wanted = _arguments()
    with scene() as running:
        import django

        django.setup()
        ground = find_ground()
        _lay_slots(ground)
        crowd = Crowd(port=running.port, visitors=_invite(wanted.visitors))
        crowd.come(browsers=wanted.browsers)
        killed = _kill_often(running, wanted.kills)
        crowd.leave()
        if not running.watch_until(lambda: running.answers() and crowd.has_left()):
            raise TimeoutError("somebody was never answered")
        _wait_for_relay(running, ground)
        verdict = _count(running, ground, crowd)
    _tell(killed, crowd, verdict)
    return 0 if verdict.holds(kills=wanted.kills) and crowd.acknowledged else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills")
    parser.add_argument("--kills", type=int, default=21)
    parser.add_argument("--browsers", type=int, default=12)
    parser.add_argument("--visitors", type=int, default=2_000)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _lay_slots(ground: Ground) -> None:
    from madoguchi import clock

    with administrator(ground) as admin:
        admin.execute("DELETE FROM card_reservation_slot")
        admin.execute(
            "INSERT INTO card_reservation_slot (id, place_id, day, starts_at, ends_at, capacity)"
            " SELECT ('f' || lpad(to_hex(n), 31, '0'))::uuid, %(place)s, %(day)s,"
            "        %(day)s::date + n * interval '5 minutes',"
            "        %(day)s::date + n * interval '5 minutes' + interval '1 hour', %(capacity)s"
            "   FROM generate_series(1, %(slots)s) AS n",
            {
                "place": ground.place,
                "day": clock.today() + timedelta(days=14),
                "capacity": CAPACITY,
                "slots": SLOTS,
            },
        )


def _invite(count: int) -> list[Visitor]:
    """Prepare people with a contact each and a few slots that would do."""
    from madoguchi import clock
    from madoguchi.residents.services import contact_for
    from madoguchi.tenancy import find_city, in_city

    visitors = []
    with in_city(find_city(code="999997")):
        for number in range(count):
            email = f"visitor-{number}@example.jp"
            contact = contact_for(email=email, language=LANGUAGE, now=clock.now())
            visitors.append(Visitor(email=email, attempts=_attempts(contact, number)))
    return visitors


def _attempts(contact: UUID, number: int) -> tuple[Attempt, ...]:
    first = progress_of(slot=1)
    attempts = []
    for slot in random.Random(number).sample(range(1, SLOTS + 1), CHOICES):
        key = uuid4()
        progress = replace(first, slot_id=slot_key(slot), key=key, contact_id=contact)
        attempts.append(Attempt(slot=slot_key(slot), key=key, cookie=signed(progress)))
    return tuple(attempts)


def _kill_often(running: Scene, kills: int) -> Counter[str]:
    chance, killed = random.Random(kills), Counter[str]()
    for turn in range(kills):
        running.watch(chance.uniform(*PAUSE_SECONDS))
        victim = VICTIMS[turn % len(VICTIMS)]
        running.kill(victim)
        killed[victim] += 1
        print(f"kill -9 {turn + 1}: {victim}", flush=True)
        # A kill proves nothing while the one before still keeps the site down.
        running.watch(0.2)
        if not running.watch_until(running.answers):
            raise TimeoutError(f"the site did not come back after {victim} was killed")
    return killed


def _wait_for_relay(running: Scene, ground: Ground) -> None:
    waiting = "SELECT count(*) FROM outbox_outboxevent WHERE done_at IS NULL AND dead_at IS NULL"
    if not running.watch_until(lambda: _number(ground, waiting) == 0):
        raise TimeoutError("the outbox did not run empty")


def _count(running: Scene, ground: Ground, crowd: Crowd) -> Verdict:
    wrong = {name: _number(ground, query) for name, query in MUST_BE_ZERO.items()}
    with administrator(ground) as admin:
        rows = admin.execute("SELECT key FROM card_reservation_booking").fetchall()
    kept = {UUID(str(key)) for (key,) in rows}
    wrong["lost"] = len(crowd.acknowledged.keys() - kept)
    wrong["nobody's"] = len(kept - crowd.acknowledged.keys())
    wrong["unexpected answers"] = sum(
        count for answer, count in crowd.statuses.items() if answer.startswith("unexpected")
    )
    wrong["missing in the journal"] = _missing_in_journal(ground)
    mails = list_mails(folder=running.layout.mail, limit=1_000_000)
    expected = set(crowd.acknowledged.values())
    reached = {address for mail in mails for address in mail.to}
    wrong["mails missing"] = len(expected - reached)
    wrong["mails for no booking"] = len(reached - expected)
    # A repeat carries the same Message-ID: with another it would be a second mail, not a repeat.
    wrong["repeats under a new number"] = len({mail.message_id for mail in mails}) - len(reached)
    return Verdict(wrong=wrong, twice=len(mails) - len(reached))


def _missing_in_journal(ground: Ground) -> int:
    from madoguchi import clock
    from madoguchi.ledger.outbox import journal
    from madoguchi.tenancy import find_city, in_city

    with in_city(find_city(code="999997")):
        remembered = {record.key for record in journal.records(since=clock.today() - timedelta(days=1))}
    with administrator(ground) as admin:
        rows = admin.execute("SELECT key FROM outbox_outboxevent").fetchall()
    return len({UUID(str(key)) for (key,) in rows} - remembered)


def _number(ground: Ground, query: str) -> int:
    with administrator(ground) as admin:
        row = admin.execute(query.encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def _tell(killed: Counter[str], crowd: Crowd, verdict: Verdict) -> None:
    print("answers:", ", ".join(f"{count} {answer}" for answer, count in crowd.statuses.items()))
    print(
        f"faults: {sum(killed.values())} kills ({', '.join(f'{n} {name}' for name, n in killed.items())}),"
        f" {len(crowd.acknowledged)} bookings acknowledged;",
        ", ".join(f"{count} {name}" for name, count in verdict.wrong.items()) + ";",
        f"{verdict.twice} mails sent twice",
    )


if __name__ == "__main__":
    raise SystemExit(main())
