"""Start mails go to whatever address somebody types: beyond some an hour a sum comes first, and none is lost.

Where an address is all that is known of somebody, it comes after a few. Whoever shows a notice has a limit by
it, and shares an address with a whole town behind the gateway of a telephone company: it comes much later.
A domain that takes every mailbox has as many addresses as its owner likes: beyond some a day a sum comes
first wherever they are typed, too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from madoguchi import clock
from madoguchi.residents import attempts, budget, proofs
from madoguchi.residents import services as residents
from madoguchi.residents.attempts import Guess
from madoguchi.residents.budget import Allowed, Brought, Counts, Level, Limits
from plugins.card_reservation.rules.mail_domains import owner_of
from plugins.card_reservation.services.guesses import Asked, Visitor, is_trusted

PURPOSE: Final = "card_reservation.start_mail"
# A tenth of the city's, a hundred mails an hour, goes out without a sum; nothing ends at the whole of it.
LIMITS: Final = Limits(per_city=1_000, per_network=budget.UNLIMITED.network)
FREE: Final = budget.allowed(brought=Brought.NOTHING, limits=LIMITS)
FREE_WITH_A_NOTICE: Final = Allowed(budget.UNLIMITED.city, 60)
MOST_STEPS_WITH_A_NOTICE: Final = 2
FREE_OF_A_DOMAIN: Final = 20
# A sum that an office's telephones do, too: nobody's colleagues are refused.
MOST_STEPS_OF_A_DOMAIN: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """What somebody has shown before a mail is asked for, and what it is worth."""

    kind: str
    free: Allowed

    def work(self, counts: Counts) -> int:
        """Tell up to which number a browser may have to count."""
        if self.kind == attempts.START:
            return budget.work(counts=counts, limits=LIMITS)
        steps = max(0, counts.network // self.free.network - 1)
        return int(budget.LEAST_WORK * 2 ** min(MOST_STEPS_WITH_A_NOTICE, steps))

    def owner_of(self, email: str) -> str:
        """Name whose mailboxes count together; empty where each has shown a notice."""
        return owner_of(email) if self.kind == attempts.START else ""


ADDRESS_ALONE: Final = Way(attempts.START, FREE)
WITH_A_NOTICE: Final = Way(attempts.NOTICE, FREE_WITH_A_NOTICE)


def ask_of(*, visitor: Visitor, now: datetime, way: Way = ADDRESS_ALONE, email: str = "") -> Asked:
    """Tell what is asked of a visitor before a mail goes to the address they type, once it is known."""
    if is_trusted(visitor):
        return Asked(level=Level.OPEN)
    network = attempts.network_of(address=visitor.address)
    mails = _mails(email, network, way, now)
    if way.free.hears(mails.counts) and mails.of_domain < FREE_OF_A_DOMAIN:
        return Asked(level=Level.OPEN)
    challenge = proofs.draw(purpose=PURPOSE, work=mails.work(way), now=now, network=network)
    return Asked(level=Level.PROOF, challenge=challenge)


def let_out(*, email: str, visitor: Visitor, now: datetime, way: Way = ADDRESS_ALONE) -> bool:
    """Tell whether a mail to an address may go out now, and count it where it may.

    A terminal of the city and whoever confirmed this very address are never asked for a sum.
    """
    if is_trusted(visitor) or _has_confirmed(email, visitor):
        return True
    network, subject = attempts.network_of(address=visitor.address), uuid4().bytes
    before = _mails(email, network, way, now)
    is_proved = bool(visitor.proof) and proofs.spend(
        solution=visitor.proof, purpose=PURPOSE, now=now, network=network, work=before.work(way)
    )
    if before.of_domain >= FREE_OF_A_DOMAIN and not is_proved:
        return False
    mail = Guess(network=network, subject=subject, day=clock.local(now).date(), number=1, kind=way.kind)
    heard = attempts.hear(guess=mail, allowed=budget.UNLIMITED if is_proved else way.free, now=now)
    if heard.is_heard:
        attempts.note_mail(network=network, subject=subject, now=now, kind=way.kind)
        _note_domain(email, subject, way, now)
    return heard.is_heard


@dataclass(frozen=True, slots=True)
class _Mails:
    """What went out before: within the hour from one network, within the day to one domain."""

    counts: Counts
    of_domain: int

    def work(self, way: Way) -> int:
        steps = min(MOST_STEPS_OF_A_DOMAIN, self.of_domain // FREE_OF_A_DOMAIN - 1)
        of_domain = budget.LEAST_WORK * 2**steps if steps >= 0 else 0
        return max(way.work(self.counts), of_domain)


def _mails(email: str, network: bytes, way: Way, now: datetime) -> _Mails:
    counts = attempts.counts_of(network=network, now=now, kind=way.kind)
    owner = way.owner_of(email)
    if not owner:
        return _Mails(counts, 0)
    domain = attempts.domain_of(name=owner)
    return _Mails(counts, attempts.count_of_a_day(network=domain, kind=attempts.DOMAIN, now=now))


def _note_domain(email: str, subject: bytes, way: Way, now: datetime) -> None:
    if owner := way.owner_of(email):
        domain = attempts.domain_of(name=owner)
        attempts.note_mail(network=domain, subject=subject, now=now, kind=attempts.DOMAIN)


def _has_confirmed(email: str, visitor: Visitor) -> bool:
    link = visitor.mail_pass
    return link is not None and residents.was_mailed_to(link_id=link, email=email)
