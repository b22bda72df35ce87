"""Start mails go to whatever address somebody types: beyond some an hour a sum comes first, and none is lost.

Where an address is all that is known of somebody, it comes after a few. Whoever shows a notice has a limit by
it, and shares an address with a whole town behind the gateway of a telephone company: it comes much later.
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
from plugins.card_reservation.services.guesses import Asked, Visitor, is_trusted

PURPOSE: Final = "card_reservation.start_mail"
# A tenth of the city's, a hundred mails an hour, goes out without a sum; nothing ends at the whole of it.
LIMITS: Final = Limits(per_city=1_000, per_network=budget.UNLIMITED.network)
FREE: Final = budget.allowed(brought=Brought.NOTHING, limits=LIMITS)
FREE_WITH_A_NOTICE: Final = Allowed(budget.UNLIMITED.city, 60)
MOST_STEPS_WITH_A_NOTICE: Final = 2


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


ADDRESS_ALONE: Final = Way(attempts.START, FREE)
WITH_A_NOTICE: Final = Way(attempts.NOTICE, FREE_WITH_A_NOTICE)


def ask_of(*, visitor: Visitor, now: datetime, way: Way = ADDRESS_ALONE) -> Asked:
    """Tell what is asked of a visitor before a mail goes to whatever address they type."""
    if is_trusted(visitor):
        return Asked(level=Level.OPEN)
    network = attempts.network_of(address=visitor.address)
    counts = attempts.counts_of(network=network, now=now, kind=way.kind)
    if way.free.hears(counts):
        return Asked(level=Level.OPEN)
    challenge = proofs.draw(purpose=PURPOSE, work=way.work(counts), now=now, network=network)
    return Asked(level=Level.PROOF, challenge=challenge)


def let_out(*, email: str, visitor: Visitor, now: datetime, way: Way = ADDRESS_ALONE) -> bool:
    """Tell whether a mail to an address may go out now, and count it where it may.

    A terminal of the city and whoever confirmed this very address are never asked for a sum.
    """
    if is_trusted(visitor) or _has_confirmed(email, visitor):
        return True
    network, subject = attempts.network_of(address=visitor.address), uuid4().bytes
    is_proved = bool(visitor.proof) and _is_solved(visitor.proof, network, way, now)
    mail = Guess(network=network, subject=subject, day=clock.local(now).date(), number=1, kind=way.kind)
    heard = attempts.hear(guess=mail, allowed=budget.UNLIMITED if is_proved else way.free, now=now)
    if heard.is_heard:
        attempts.note_mail(network=network, subject=subject, now=now, kind=way.kind)
    return heard.is_heard


def _is_solved(proof: str, network: bytes, way: Way, now: datetime) -> bool:
    counts = attempts.counts_of(network=network, now=now, kind=way.kind)
    return proofs.spend(solution=proof, purpose=PURPOSE, now=now, network=network, work=way.work(counts))


def _has_confirmed(email: str, visitor: Visitor) -> bool:
    link = visitor.mail_pass
    return link is not None and residents.was_mailed_to(link_id=link, email=email)
