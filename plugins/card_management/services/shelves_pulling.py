"""The pull list of a day: which cards are fetched, in walking order, checked one by one by scan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import PullRound
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.rules.notice_number import is_notice_number
from plugins.card_management.rules.shelves_codes import Code
from plugins.card_management.rules.shelves_codes import read as read_code
from plugins.card_management.services import moving
from plugins.card_management.services.shelves_reading import Picked, Read, ask, pick, tail
from plugins.card_management.services.shelves_records import record

TO_FETCH: Final = (State.ARRIVED, State.STORED)
FETCHED: Final = (State.PULLED, State.READY, State.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a list is: 12 of 12, 0 wrong."""

    done: int
    total: int
    wrong: int

    @property
    def is_complete(self) -> bool:
        """Tell whether every card was fetched."""
        return self.done == self.total


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list has gained and lost since somebody last confirmed it."""

    added: frozenset[UUID]
    dropped: frozenset[UUID]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped)


def cards_for(*, place_id: UUID, day: date) -> "QuerySet[Card]":
    """List the cards wanted on a day at a place and lying there, in walking order."""
    here = Q(site=place_id) | Q(site=None, spot__place_id=place_id) | Q(site=None, spot=None)
    found = Card.objects.filter(
        Q(state__in=(*TO_FETCH, State.PULLED, State.READY)) & here, wanted_on=day, wanted_site=place_id
    )
    return found.order_by(F("spot__walk").asc(nulls_last=True), "storage", "reserved_at", "id")


def next_day(*, place_id: UUID, after: date) -> date | None:
    """Name the next day for which cards are wanted at a place; nothing where none are."""
    wanted = Card.objects.filter(wanted_on__gt=after, wanted_site=place_id)
    found = wanted.filter(state__in=(*TO_FETCH, State.PULLED, State.READY)).order_by("wanted_on")
    return found.values_list("wanted_on", flat=True).first()


def under_way(*, place_id: UUID, day: date) -> int:
    """Count the cards that still travel to the place for this day."""
    return Card.objects.filter(wanted_on=day, wanted_site=place_id, state=State.IN_TRANSIT).count()


def elsewhere(*, place_id: UUID, day: date) -> int:
    """Count the cards of this day that lie at another place and were not sent."""
    wanted = Card.objects.filter(wanted_on=day, wanted_site=place_id, site__isnull=False)
    return wanted.exclude(site=place_id).filter(state__in=(*TO_FETCH, State.PULLED)).count()


def handed_over(*, place_id: UUID, day: date) -> int:
    """Count the cards of this list that their holders have already."""
    return Card.objects.filter(wanted_on=day, wanted_site=place_id, state=State.HANDED_OVER).count()


def round_of(*, place_id: UUID, day: date) -> PullRound:
    """Find what is known of a list, or begin with nothing."""
    found = PullRound.objects.filter(place_id=place_id, day=day).first()
    return found or PullRound(place_id=place_id, day=day)


def progress(*, place_id: UUID, day: date) -> Progress:
    """Count how far a list is."""
    rows = cards_for(place_id=place_id, day=day).order_by().values_list("state", flat=True)
    states = list(rows)
    done = sum(state in FETCHED for state in states)
    return Progress(done=done, total=len(states), wrong=round_of(place_id=place_id, day=day).wrong)


def changes(*, known: PullRound, now_on: Collection[UUID]) -> Changes:
    """Compare a list with the one that was confirmed; one that nobody confirmed has no changes."""
    if known.confirmed_at is None:
        return Changes(frozenset(), frozenset())
    before, after = frozenset(known.known), frozenset(now_on)
    gone = Card.objects.filter(id__in=before - after).exclude(state=State.HANDED_OVER)
    return Changes(added=after - before, dropped=frozenset(gone.values_list("id", flat=True)))


def confirm(*, place_id: UUID, day: date, actor: Actor, now: datetime) -> None:
    """Take the list as it is now for the one on paper: later changes are marked."""
    with transaction.atomic():
        row = _locked(place_id, day)
        row.known = list(cards_for(place_id=place_id, day=day).values_list("id", flat=True))
        row.confirmed_at, row.confirmed_by = now, actor.name
        row.save()
        record("pull_confirmed", "pull", [row.pk], actor=actor, now=now, count=len(row.known))


def scan(
    *, place_id: UUID, day: date, typed: str, actor: Actor, now: datetime, chosen: UUID | None = None
) -> Read:
    """Fetch the card of a scanned code; one that is not on the list is counted as wrong."""
    scanned = read_code(typed)
    on_list = dict(cards_for(place_id=place_id, day=day).values_list("id", "state"))
    waiting = [card for card, state in on_list.items() if state in TO_FETCH]
    looked_for = waiting or list(on_list)
    picked = pick(scanned.text, among=looked_for, chosen=chosen) if scanned.kind is Code.CARD else Picked()
    found, shown = picked.card, tail(scanned.text)
    if picked.among:
        return ask(picked, code=shown)
    if found is None and not is_notice_number(scanned.text):
        # Nobody took a wrong card: a label of something else, or half a number.
        text = _("このコードのカードはありません。カードのバーコードを読み取り直してください。")
        return Read(is_good=False, text=text, code=shown)
    if found is None or found not in on_list:
        _count_wrong(place_id, day, found, actor=actor, now=now)
        text = _("リストにないカードです。元の場所に戻してください。")
        return Read(is_good=False, text=text, code=shown, card=found)
    if on_list[found] in FETCHED:
        return Read(is_good=True, text=_("もう引き抜いてあります。"), code=shown, card=found)
    if not fetch(cards=[found], scanned=True, actor=actor, now=now):
        return Read(is_good=True, text=_("もう引き抜いてあります。"), code=shown, card=found)
    return Read(is_good=True, text=_("合っています。"), code=shown, card=found)


def fetch(*, cards: Collection[UUID], scanned: bool, actor: Actor, now: datetime) -> dict[UUID, int]:
    """Mark cards as fetched, and name those that were waiting for it with the move of each."""
    moves: dict[UUID, int] = {}
    # Two may walk the same list: whoever comes second waits, and finds the card fetched.
    found = Card.objects.select_for_update().filter(id__in=cards).order_by("id")
    for card_id, state in list(found.values_list("id", "state")):
        if state == State.ARRIVED:
            moving.move(card_id=card_id, action=Action.STORE, actor=actor, now=now, scanned=scanned)
        if state in TO_FETCH:
            moving.move(card_id=card_id, action=Action.PULL, actor=actor, now=now, scanned=scanned)
            moves[card_id] = moving.last_move(card_id=card_id)
    return moves


def unfetch(*, moves: Mapping[UUID, int], actor: Actor, now: datetime) -> None:
    """Take back that cards were fetched, of all of them or of none.

    Raises ImpossibleMove when one of them was moved since, and CardNotFound.
    """
    with transaction.atomic():
        # One order for everybody, so that two who take back at once wait instead of blocking each other.
        for card_id in sorted(moves):
            moving.undo(card_id=card_id, movement=moves[card_id], actor=actor, now=now)


def sign(*, place_id: UUID, day: date, actor: Actor, now: datetime) -> Progress:
    """Sign that a list was fetched; what is missing and what was wrong is written down with it."""
    with transaction.atomic():
        row = _locked(place_id, day)
        found = progress(place_id=place_id, day=day)
        row.signed_at, row.signed_by = now, actor.name
        row.save(update_fields=["signed_at", "signed_by"])
        said = {"done": found.done, "total": found.total, "wrong": found.wrong}
        record("pull_signed", "pull", [row.pk], actor=actor, now=now, **said)
    return found


def _locked(place_id: UUID, day: date) -> PullRound:
    row, _made = PullRound.objects.select_for_update().get_or_create(place_id=place_id, day=day)
    return row


def _count_wrong(place_id: UUID, day: date, card: UUID | None, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = _locked(place_id, day)
        row.wrong += 1
        row.save(update_fields=["wrong"])
        record("pull_wrong", "card", [card] if card else [], actor=actor, now=now, day=day.isoformat())
