"""Start mails that an address alone is enough for: beyond a few an hour a sum comes first, and none is lost.

Whoever shows a notice is not asked here: a notice has a limit of its own.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

from madoguchi import clock
from madoguchi.residents import attempts, budget, proofs
from madoguchi.residents import services as residents
from madoguchi.residents.attempts import Guess
from madoguchi.residents.budget import Brought, Level, Limits
from plugins.card_reservation.services.guesses import Asked, Visitor, is_trusted

PURPOSE: Final = "card_reservation.start_mail"
# A tenth of the city's, a hundred mails an hour, goes out without a sum; nothing ends at the whole of it.
LIMITS: Final = Limits(per_city=1_000, per_network=budget.UNLIMITED.network)
FREE: Final = budget.allowed(brought=Brought.NOTHING, limits=LIMITS)


def ask_of(*, visitor: Visitor, now: datetime) -> Asked:
    """Tell what is asked of a visitor before a mail goes to whatever address they type."""
    if is_trusted(visitor):
        return Asked(level=Level.OPEN)
    network = attempts.network_of(address=visitor.address)
    counts = attempts.counts_of(network=network, now=now, kind=attempts.START)
    if FREE.hears(counts):
        return Asked(level=Level.OPEN)
    work = budget.work(counts=counts, limits=LIMITS)
    return Asked(level=Level.PROOF, challenge=proofs.draw(purpose=PURPOSE, work=work, now=now))


def let_out(*, email: str, visitor: Visitor, now: datetime) -> bool:
    """Tell whether a mail to an address may go out now, and count it where it may.

    A terminal of the city and whoever confirmed this very address are never asked for a sum.
    """
    if is_trusted(visitor) or _has_confirmed(email, visitor):
        return True
    is_proved = bool(visitor.proof) and proofs.spend(solution=visitor.proof, purpose=PURPOSE, now=now)
    network, subject = attempts.network_of(address=visitor.address), uuid4().bytes
    mail = Guess(network=network, subject=subject, day=clock.local(now).date(), number=1, kind=attempts.START)
    heard = attempts.hear(guess=mail, allowed=budget.UNLIMITED if is_proved else FREE, now=now)
    if heard.is_heard:
        attempts.note_mail(network=network, subject=subject, now=now, kind=attempts.START)
    return heard.is_heard


def _has_confirmed(email: str, visitor: Visitor) -> bool:
    link = visitor.mail_pass
    return link is not None and residents.was_mailed_to(link_id=link, email=email)
