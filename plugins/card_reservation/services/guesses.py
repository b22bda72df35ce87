"""Who may still guess at numbers and birthdays: limits of the city, of a network, and of one number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.preferences import queries as preferences
from madoguchi.residents import attempts, budget, networks, proofs
from madoguchi.residents.attempts import Guess, Heard
from madoguchi.residents.budget import Brought, Counts, Level, Limits
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.personal_data import kept

PURPOSE: Final = "card_reservation.identify"
ALARM: Final = "card_reservation.guesses_alarm"
UNKNOWN_NETWORK: Final = ""


class TooManyGuesses(DomainError):
    """Too many guesses failed: the details tell what has to be brought along to be heard."""

    code = "too_many_guesses"
    status = 429
    message = _("番号の間違いが続いているため、確認を止めています。")

    def __init__(self, *, level: Level) -> None:
        super().__init__(level=int(level))
        self.level = level


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Whoever guesses: the address, and what came along with the guess."""

    address: str = UNKNOWN_NETWORK
    proof: str = ""
    mail_pass: UUID | None = None
    token: UUID | None = None
    """The program that asks for somebody, where it is one."""
    names_booking: bool = False
    """Whoever names a booking, too, guesses at no card: strangers who do close no door for them."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page asks of its visitor before the number is looked at."""

    level: Level
    challenge: str = ""
    has_mail: bool = True
    """Whether an address may be confirmed instead."""


STRANGER: Final = Visitor()


def chosen_settings() -> BookingSettings:
    """Read what the city chose; in a rush at most once a second."""
    return remember("guesses", lambda: preferences.current(BookingSettings))


def asks_full_birthday() -> bool:
    """Tell whether the year of birth is asked for, too."""
    return chosen_settings().asks_full_birthday


def limits() -> Limits:
    """Read how many guesses may fail."""
    chosen = chosen_settings()
    return Limits(per_city=chosen.failures_per_hour, per_network=chosen.failures_per_network)


def ask_of(*, visitor: Visitor, now: datetime) -> Asked:
    """Tell what is asked of a visitor who has brought nothing but perhaps a confirmed address."""
    if is_trusted(visitor):
        return Asked(level=Level.OPEN)
    chosen, network = limits(), _network(visitor)
    counts = attempts.counts_of(network=network, now=now, kind=_kind(visitor))
    if visitor.names_booking:
        counts = budget.within(counts, limits=chosen)
    if visitor.mail_pass is not None:
        fits = budget.allowed(brought=Brought.MAIL, limits=chosen).hears(counts)
        of_city = budget.level_of_city(failures=counts.city, limits=chosen)
        return Asked(level=Level.OPEN if fits else max(Level.MAIL, of_city))
    level = budget.level(counts=counts, limits=chosen)
    challenge = ""
    if level is Level.PROOF:
        work = budget.work(counts=counts, limits=chosen)
        challenge = proofs.draw(purpose=PURPOSE, work=work, now=now, network=network)
    return Asked(level=level, challenge=challenge, has_mail=kept().keeps_addresses)


def let_in(*, guess: Guess, visitor: Visitor, now: datetime) -> Heard:
    """Hear one more guess of a visitor.

    Raises TooManyGuesses.
    """
    chosen = limits()
    brought = _brought(visitor, now)
    allowed = budget.allowed(brought=brought, limits=chosen)
    if visitor.names_booking and brought is not Brought.NOTHING:
        allowed = budget.unbounded(allowed)
    heard = attempts.hear(guess=guess, allowed=allowed, now=now)
    if not heard.is_heard:
        counts = budget.within(heard.counts, limits=chosen) if visitor.names_booking else heard.counts
        raise TooManyGuesses(level=_level_after(counts, brought, chosen))
    return heard


def note_failure(*, guess: Guess, heard: Heard, now: datetime) -> None:
    """Count a wrong guess, and alarm staff where the city's level rises by it."""
    attempts.note_failure(guess=guess, now=now)
    if guess.kind != attempts.FAILURE:
        return
    chosen, before = limits(), heard.counts.city
    risen = budget.level_of_city(failures=before + 1, limits=chosen)
    if risen > budget.level_of_city(failures=before, limits=chosen) and attempts.is_first_alarm(
        level=int(risen), now=now
    ):
        audit.record(
            actor=SYSTEM,
            action=ALARM,
            object_type="card_reservation.guesses",
            object_ids=[],
            details={"level": risen.name.lower(), "failures": before + 1},
            now=now,
        )


def guess_of(*, index: bytes, failures: int, visitor: Visitor, now: datetime) -> Guess:
    """Describe a guess at a number that failed so often today."""
    return Guess(
        network=_network(visitor),
        subject=index[: networks.INDEX_BYTES],
        day=clock.local(now).date(),
        number=failures + 1,
        kind=_kind(visitor),
    )


def is_trusted(visitor: Visitor) -> bool:
    """Tell whether a visitor comes from a network that the city trusts."""
    trusted = chosen_settings().trusted_networks
    return bool(trusted) and networks.is_among(visitor.address, trusted=trusted)


def _kind(visitor: Visitor) -> str:
    return attempts.OWN if visitor.names_booking else attempts.FAILURE


def _network(visitor: Visitor) -> bytes:
    if visitor.token is not None:
        return attempts.token_of(token=visitor.token)
    if visitor.mail_pass is not None:
        return attempts.pass_of(link=visitor.mail_pass)
    return attempts.network_of(address=visitor.address)


def _brought(visitor: Visitor, now: datetime) -> Brought:
    if visitor.token is not None:
        return Brought.TOKEN
    if is_trusted(visitor):
        return Brought.TRUST
    if visitor.mail_pass is not None:
        return Brought.MAIL
    return Brought.PROOF if visitor.proof and _is_solved(visitor, now) else Brought.NOTHING


def _is_solved(visitor: Visitor, now: datetime) -> bool:
    network = _network(visitor)
    counts = attempts.counts_of(network=network, now=now, kind=_kind(visitor))
    work = budget.work(counts=counts, limits=limits())
    return proofs.spend(solution=visitor.proof, purpose=PURPOSE, now=now, network=network, work=work)


def _level_after(counts: Counts, brought: Brought, chosen: Limits) -> Level:
    if brought is Brought.TOKEN:
        return Level.CLOSED
    if brought is Brought.MAIL:
        return max(Level.MAIL, budget.level_of_city(failures=counts.city, limits=chosen))
    return max(Level.PROOF, budget.level(counts=counts, limits=chosen))
