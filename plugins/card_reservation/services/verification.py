"""Is there a card for this notice number and birthday? Wrong pairs learn nothing, and soon are not heard."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import Invalid
from madoguchi.hooks.contracts.pickups import Found, MonthDay, NotAMonthDay, normalise_reference
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.ledger import vault
from madoguchi.residents import attempts, proofs
from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import guesses, references
from plugins.card_reservation.services.guesses import STRANGER, Visitor

NO_BIRTHDAY = MonthDay(2, 29)


class NotMatched(Invalid):
    """One answer for an unknown number, a wrong birthday, a number of two people and a locked number."""

    code = "not_matched"
    message = _("番号または生まれた月日が確認できませんでした。")
    advice = _(
        "交付通知書を見て、もう一度入力してください。"
        "何度か間違えた番号は、翌日まで確認できません。お困りのときはお電話ください。"
    )


class CannotCheck(NotMatched):
    """Nobody here knows the cards: in this release, or in this city. Not the resident's mistake."""

    code = "cannot_check"
    message = _("いま、この画面では番号を確認できません。")
    advice = _("入力の間違いではありません。お手数ですが、お電話でご予約ください。")


@dataclass(frozen=True, slots=True)
class VerifiedPickup:
    """A card that waits, found by its number and birthday; nothing personal."""

    pickup: UUID
    reference: str


def verify(
    *,
    reference: str,
    birthday_text: str,
    now: datetime,
    visitor: Visitor = STRANGER,
    among: Collection[UUID] | None = None,
) -> VerifiedPickup:
    """Find the card of a notice number and birthday; with ``among`` any other card is a wrong answer.

    Every way through does the same work, so that the time tells nothing. Raises NotMatched,
    TooManyGuesses before the number is looked at, and CannotCheck, which counts as nobody's failure,
    where no plugin knows the cards.
    """
    today = clock.local(now).date()
    normal = normalise_reference(reference)
    index = index_of(normal)
    _wait_for_others(index)
    failures = failures_of(index=index, today=today)
    guess = guesses.guess_of(index=index, failures=failures, visitor=visitor, now=now)
    heard = guesses.let_in(guess=guess, visitor=visitor, now=now)
    is_locked = failures >= most_failures()
    try:
        # Asking for a locked number would take longer for the right birthday: nobody's is asked for instead.
        answer = _ask(
            "" if is_locked else normal,
            birthday_text,
            needs_year=guesses.chosen_settings().asks_full_birthday,
        )
    except CannotCheck:
        attempts.forgive(guess=guess)
        raise
    is_meant = isinstance(answer, Found) and (among is None or answer.pickup in among)
    if isinstance(answer, Found) and is_meant and not is_locked:
        attempts.forgive(guess=guess)
        return VerifiedPickup(pickup=answer.pickup, reference=normal)
    _count_failure(index, today)
    guesses.note_failure(guess=guess, heard=heard, now=now)
    raise NotMatched


def verify_for_staff(*, reference: str, birthday_text: str) -> VerifiedPickup:
    """Find the card for a caller whom staff speak to: a number that strangers locked is no obstacle here.

    Raises NotMatched or CannotCheck.
    """
    normal = normalise_reference(reference)
    answer = _ask(normal, birthday_text)
    if isinstance(answer, Found):
        return VerifiedPickup(pickup=answer.pickup, reference=normal)
    raise NotMatched


def _ask(normal: str, birthday_text: str, *, needs_year: bool = False) -> object:
    try:
        birthday, is_readable = MonthDay.parse(birthday_text), True
    except NotAMonthDay:
        birthday, is_readable = NO_BIRTHDAY, False
    if needs_year and birthday.year is None:
        birthday, is_readable = NO_BIRTHDAY, False
    try:
        answer: object = plugins.ask("find_pickup", reference=normal, birthday=birthday)
    except NobodyAnswers as silence:
        if not references.has_any():
            raise CannotCheck from silence
        answer = references.find(reference=normal, birthday=birthday)
    return answer if is_readable else None


def take_turns(*, references: Iterable[str]) -> None:
    """Wait for everybody else who guesses at one of these numbers.

    Whoever asks for several people in one request takes all turns first, in the order that all keep: two
    terminals that name one family from both ends would else wait for each other.
    """
    turns = {_turn(index_of(each)) for each in references}
    with connection.cursor() as cursor:
        for turn in sorted(turns):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])


def _wait_for_others(index: bytes) -> None:
    # Guesses sent all at once would each see the count from before the others.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_turn(index)])


def _turn(index: bytes) -> int:
    return int.from_bytes(index[:8], "big", signed=True)


def index_of(reference: str) -> bytes:
    """Compute the keyed index under which wrong birthdays of a number are counted."""
    return vault.blind_index(value=normalise_reference(reference), purpose="card_reservation.verification")


def most_failures() -> int:
    """Read how many wrong birthdays a day lock a number."""
    return guesses.chosen_settings().failures_per_number


def failures_of(*, index: bytes, today: date) -> int:
    """Count the wrong birthdays of a number on a day."""
    found = VerificationFailure.objects.filter(reference_index=index, day=today)
    return found.values_list("failures", flat=True).first() or 0


def is_locked(*, reference: str, now: datetime) -> bool:
    """Tell whether a number is heard no more today; guesses sent all at once are judged one by one."""
    index = index_of(reference)
    _wait_for_others(index)
    return failures_of(index=index, today=clock.local(now).date()) >= most_failures()


def count_wrong_number(*, reference: str, now: datetime) -> None:
    """Count a wrong booking number against the notice beside which it was typed."""
    _count_failure(index_of(reference), clock.local(now).date())


def _count_failure(index: bytes, today: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO card_reservation_verificationfailure AS known (reference_index, day, failures)"
            " VALUES (%s, %s, 1) ON CONFLICT (reference_index, day)"
            " DO UPDATE SET failures = least(known.failures + 1, 1000)",
            [index, today],
        )


def forget_failures(*, now: datetime) -> None:
    """Delete the counts of days gone by: they lock nobody any more."""
    VerificationFailure.objects.filter(day__lt=clock.local(now).date()).delete()
    attempts.purge(now=now)
    proofs.purge(now=now)
