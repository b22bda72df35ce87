"""Cards are destroyed only when one person asks and another agrees; what was destroyed stays provable."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import ReasonMissing
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.approvals import Decision, Person
from madoguchi.ledger.audit.actors import Actor, actor_from
from plugins.card_management.declarations.shelves import DISPOSAL, WAYS
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Disposal, DisposalCard
from plugins.card_management.rules.life_cycle import Action, ImpossibleMove, State, states_before
from plugins.card_management.services import moving
from plugins.card_management.services.shelves_records import next_number, record

MOST_AT_ONCE: Final = 2_000
DISPOSABLE: Final = states_before(action=Action.DISPOSE)


class DisposalNotFound(NotFound):
    """There is no such disposal."""

    code = "disposal_not_found"
    message = gettext_lazy("この廃棄の記録は見つかりません。")


class NothingToDispose(Invalid):
    """No card was chosen."""

    code = "nothing_to_dispose"
    message = gettext_lazy("廃棄するカードを選んでください。")


class TooManyToDispose(Invalid):
    """Somebody has to be able to check the list."""

    code = "too_many_to_dispose"
    message = gettext_lazy("一度に申請できるのは2,000枚までです。分けて申請してください。")


class MayNotBeDisposed(DomainError):
    """Some card waits for its holder, is on its way, or is in another request."""

    code = "may_not_be_disposed"
    message = gettext_lazy(
        "廃棄できないカードが含まれています（引抜済み・回送中・予約あり・ほかの申請に入っているカードなど）。"
    )


class DeadlineAhead(DomainError):
    """Somebody may still come for a card."""

    code = "deadline_ahead"
    message = gettext_lazy("受取期限がまだ来ていないカードが含まれています。期限を確かめて、外してください。")


def ask(*, cards: Sequence[UUID], reason: str, way: str, actor: Actor, now: datetime) -> UUID:
    """Ask for cards to be destroyed; nothing happens before somebody else agrees.

    Raises NothingToDispose, TooManyToDispose, ReasonMissing, DeadlineAhead and MayNotBeDisposed.
    """
    wanted = list(dict.fromkeys(cards))
    if not wanted:
        raise NothingToDispose
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyToDispose
    if not reason.strip():
        raise ReasonMissing
    waiting = Card.objects.filter(id__in=wanted, state=State.STORED)
    if waiting.filter(deadline_on__gte=clock.local(now).date()).exists():
        raise DeadlineAhead
    with transaction.atomic():
        made = _write(wanted, reason=reason, way=way, actor=actor, now=now)
        wish = approvals.Wish(
            kind=DISPOSAL,
            subject=str(made.pk),
            reason=made.reason,
            effects=(
                (_("廃棄番号"), str(made.number)),
                (_("枚数"), _("%(count)s枚") % {"count": made.count}),
                (_("廃棄の方法"), str(dict(WAYS)[made.way])),
                (
                    _("承認すると"),
                    _(
                        "カードを「廃棄済み」にします。元に戻せません。一覧は「カードの廃棄」で確かめてください。"
                    ),
                ),
            ),
            values={"disposal": str(made.pk)},
        )
        made.request = approvals.ask(wish=wish, actor=actor, now=now)
        made.save(update_fields=["request"])
        record("disposal_asked", "disposal", [made.pk], actor=actor, now=now, count=made.count)
    return made.pk


def carry_out(*, approved: Decision, now: datetime) -> None:
    """Destroy in the books what a second person agreed to; a card that moved on meanwhile is kept."""
    with transaction.atomic():
        row = Disposal.objects.select_for_update().get(pk=UUID(approved.values["disposal"]))
        actor = _actor(approved.decided_by)
        said = _("廃棄番号 %(number)s：%(reason)s") % {"number": row.number, "reason": row.reason}
        for each in row.cards.select_related("card"):
            each.outcome = "disposed" if _destroy(each.card, said, actor=actor, now=now) else "kept"
            each.is_open = False
            each.save(update_fields=["outcome", "is_open"])
        done = row.cards.filter(outcome="disposed").count()
        _close(row, "done", approved, now)
        record("disposal_done", "disposal", [row.pk], actor=actor, now=now, count=done)


def when_refused(*, approved: Decision, now: datetime) -> None:
    """Let the cards go that nobody agreed to destroy."""
    with transaction.atomic():
        row = Disposal.objects.select_for_update().get(pk=UUID(approved.values["disposal"]))
        row.cards.update(outcome="kept", is_open=False)
        _close(row, "refused", approved, now)
        actor = _actor(approved.decided_by)
        record("disposal_refused", "disposal", [row.pk], actor=actor, now=now, count=row.count)


def find(*, disposal_id: UUID) -> Disposal:
    """Find a disposal.

    Raises DisposalNotFound.
    """
    found = Disposal.objects.filter(pk=disposal_id).first()
    if found is None:
        raise DisposalNotFound
    return found


def listed() -> "QuerySet[Disposal]":
    """List the disposals, the newest first."""
    return Disposal.objects.all()


def cards_of(disposal: Disposal) -> list[DisposalCard]:
    """List the cards of a disposal with what was written down of each."""
    return list(disposal.cards.order_by("spot_name", "id"))


def _write(wanted: Sequence[UUID], *, reason: str, way: str, actor: Actor, now: datetime) -> Disposal:
    number = next_number(Disposal)
    cards = list(Card.objects.select_for_update().filter(id__in=wanted))
    today = clock.local(now).date()
    fit = [card for card in cards if card.state in DISPOSABLE and _is_unwanted(card, today)]
    if len(fit) != len(wanted):
        raise MayNotBeDisposed(count=len(wanted) - len(fit))
    made = Disposal.objects.create(
        number=number,
        reason=reason.strip()[:500],
        way=way,
        count=len(fit),
        asked_at=now,
        asked_by=actor.name,
    )
    try:
        with transaction.atomic():
            DisposalCard.objects.bulk_create(
                DisposalCard(disposal=made, card=card, spot_name=card.storage, deadline_on=card.deadline_on)
                for card in fit
            )
    except IntegrityError as twice:
        raise MayNotBeDisposed from twice
    return made


def _is_unwanted(card: Card, today: date) -> bool:
    return card.wanted_on is None or card.wanted_on < today


def _destroy(card: Card, reason: str, *, actor: Actor, now: datetime) -> bool:
    if State(card.state) not in DISPOSABLE or not _is_unwanted(card, clock.local(now).date()):
        return False
    try:
        moving.move(card_id=card.pk, action=Action.DISPOSE, actor=actor, now=now, reason=reason)
    except ImpossibleMove:
        return False
    return True


def _close(row: Disposal, state: str, approved: Decision, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, now, approved.decided_by.name
    row.save(update_fields=["state", "decided_at", "decided_by"])


def _actor(person: Person) -> Actor:
    return actor_from(kind=person.kind, number=person.id, name=person.name)
