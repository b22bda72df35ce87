"""Parcels of cards: packed by scan, signed for when they leave and when they arrive, compared at the end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Parcel, ParcelCard, ShelfTask
from plugins.card_management.rules.life_cycle import Action, ImpossibleMove, State
from plugins.card_management.rules.shelves_codes import Code
from plugins.card_management.rules.shelves_codes import read as read_code
from plugins.card_management.services import moving
from plugins.card_management.services.shelves_reading import Picked, Read, ask, cards_of, pick, tail
from plugins.card_management.services.shelves_records import next_number, record
from plugins.card_management.services.shelves_travel import expected_on

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PACKING: Final = "packing"
SENT: Final = "sent"
RECEIVED: Final = "received"
DROPPED: Final = "dropped"


class ParcelNotFound(NotFound):
    """There is no such parcel."""

    code = "parcel_not_found"
    message = _("この荷物は見つかりません。")


class WrongTime(DomainError):
    """The parcel is not at this point of its way."""

    code = "parcel_wrong_time"
    message = _("荷物の状態が変わっています。画面を読み直してください。")


class ParcelEmpty(DomainError):
    """Nobody sends an empty parcel."""

    code = "parcel_empty"
    message = _("カードが1枚も入っていません。カードを読み取って入れてから送り出してください。")


class ParcelNotEmpty(DomainError):
    """A parcel with cards is not given up."""

    code = "parcel_not_empty"
    message = _("荷物にカードが入っています。先にすべて出してください。")


class BookingChanged(DomainError):
    """A card in the parcel is not wanted at its end any more."""

    code = "parcel_booking_changed"
    message = _(
        "予約が変わったカードが入っています。「予約が変わりました」のカードを「出す」で出してから、"
        "送り出してください。"
    )


class SamePlace(DomainError):
    """A parcel goes somewhere else."""

    code = "parcel_same_place"
    message = _("送り元と送り先が同じです。別の場所を選んでください。")


def find(*, parcel_id: UUID, eyes: Eyes) -> Parcel:
    """Find a parcel that begins or ends at a reader's places.

    Raises ParcelNotFound.
    """
    found = Parcel.objects.select_related("from_place", "to_place").filter(pk=parcel_id).first()
    if found is None or not (eyes.has_place(found.from_place_id) or eyes.has_place(found.to_place_id)):
        raise ParcelNotFound
    return found


def find_number(*, number: int, eyes: Eyes) -> Parcel:
    """Find a parcel by its bar code.

    Raises ParcelNotFound.
    """
    key = Parcel.objects.filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        raise ParcelNotFound
    return find(parcel_id=key, eyes=eyes)


def make(*, from_place: UUID, to_place: UUID, actor: Actor, now: datetime) -> UUID:
    """Begin a parcel.

    Raises SamePlace.
    """
    if from_place == to_place:
        raise SamePlace
    with transaction.atomic():
        made = Parcel.objects.create(
            number=next_number(Parcel),
            from_place_id=from_place,
            to_place_id=to_place,
            made_at=now,
            made_by=actor.name,
        )
        record("parcel_made", "parcel", [made.pk], actor=actor, now=now, number=made.number)
    return made.pk


def pack(*, parcel: Parcel, typed: str, actor: Actor, now: datetime, chosen: UUID | None = None) -> Read:
    """Put the card of a scanned code into a parcel; whatever is wanted elsewhere is refused aloud.

    Raises WrongTime.
    """
    row = _locked(parcel, PACKING)
    scanned = read_code(typed)
    among = cards_of(scanned.text)
    picked = pick(scanned.text, among=among, chosen=chosen) if scanned.kind is Code.CARD else Picked()
    found, shown = picked.card, tail(scanned.text)
    if picked.among:
        return ask(picked, code=shown)
    card = Card.objects.select_for_update(of=("self",)).filter(pk=found).first() if found else None
    if card is None:
        return Read(is_good=False, text=_("このコードのカードはありません。"), code=shown)
    problem = _stands_against(card, row)
    if problem:
        return Read(is_good=False, text=problem, code=shown, card=card.pk)
    try:
        with transaction.atomic():
            _put_in(card, row, actor=actor, now=now)
    except IntegrityError:
        text = _("このカードは、もう荷物に入っています。")
        return Read(is_good=False, text=text, code=shown, card=card.pk)
    except ImpossibleMove as refusal:
        return Read(is_good=False, text=str(refusal), code=shown, card=card.pk)
    if card.wanted_site is None:
        text = _(
            "荷物に入れました。送り先で受け取る予約がないカードです。まちがいなら「出す」を押してください。"
        )
        return Read(is_good=True, text=text, code=shown, card=card.pk, is_doubtful=True)
    return Read(is_good=True, text=_("荷物に入れました。"), code=shown, card=card.pk)


def unpack(*, parcel: Parcel, card_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a card out of a parcel that has not left; it stays fetched until somebody puts it back.

    Raises WrongTime.
    """
    with transaction.atomic():
        row = _locked(parcel, PACKING)
        count, _each = row.cards.filter(card_id=card_id, is_open=True).delete()
        if count:
            record("parcel_unpacked", "card", [card_id], actor=actor, now=now, number=row.number)


def send(*, parcel: Parcel, actor: Actor, now: datetime) -> int:
    """Sign that a parcel left, with all its cards, and count them.

    Raises WrongTime, ParcelEmpty, BookingChanged, and ImpossibleMove when a card was moved meanwhile.
    """
    with transaction.atomic():
        row = _locked(parcel, PACKING)
        cards = list(row.cards.filter(is_open=True).values_list("card_id", flat=True))
        if not cards:
            raise ParcelEmpty
        if _is_called_back(row, cards):
            raise BookingChanged
        for card_id in cards:
            moving.move(card_id=card_id, action=Action.SEND, actor=actor, now=now)
        row.state, row.sent_at, row.sent_by = SENT, now, actor.name
        row.due_on = expected_on(to_place=row.to_place_id, sent_on=clock.local(now).date())
        row.save()
        said = {"number": row.number, "count": len(cards)}
        record("parcel_sent", "parcel", [row.pk], actor=actor, now=now, **said)
    return len(cards)


def drop(*, parcel: Parcel, actor: Actor, now: datetime) -> None:
    """Give up a parcel that was made by mistake; its number is never used again.

    Raises WrongTime, and ParcelNotEmpty while a card is in it.
    """
    with transaction.atomic():
        row = _locked(parcel, PACKING)
        if row.cards.exists():
            raise ParcelNotEmpty
        row.state = DROPPED
        row.save(update_fields=["state"])
        record("parcel_dropped", "parcel", [row.pk], actor=actor, now=now, number=row.number)


def call_back(*, parcel_id: UUID, sent_at: str, actor: Actor, now: datetime) -> None:
    """Take back that a parcel left, as long as nobody at the other end read a card of it.

    Raises WrongTime, and ImpossibleMove when a card was moved meanwhile.
    """
    with transaction.atomic():
        row = Parcel.objects.select_for_update().filter(pk=parcel_id, state=SENT).first()
        if row is None or row.sent_at is None or row.sent_at.isoformat() != sent_at:
            raise WrongTime
        inside = list(row.cards.values_list("card_id", "outcome"))
        if any(outcome != "packed" for _card, outcome in inside):
            raise WrongTime
        for card_id, _outcome in inside:
            moving.undo(card_id=card_id, actor=actor, now=now)
        row.state, row.sent_at, row.sent_by, row.due_on = PACKING, None, "", None
        row.save()
        record("parcel_called_back", "parcel", [row.pk], actor=actor, now=now, number=row.number)


def take_in(*, parcel: Parcel, typed: str, actor: Actor, now: datetime, chosen: UUID | None = None) -> Read:
    """Receive the card of a scanned code; one that was never packed is noted as too many.

    Raises WrongTime.
    """
    row = _locked(parcel, SENT)
    scanned = read_code(typed)
    inside = dict(row.cards.values_list("card_id", "outcome"))
    picked = pick(scanned.text, among=inside, chosen=chosen) if scanned.kind is Code.CARD else Picked()
    found, shown = picked.card, tail(scanned.text)
    if picked.among:
        return ask(picked, code=shown)
    if found is None:
        return Read(is_good=False, text=_("このコードのカードはありません。"), code=shown)
    if inside.get(found) == RECEIVED:
        return Read(is_good=True, text=_("もう受け取ってあります。"), code=shown, card=found)
    if found not in inside or inside[found] == "extra":
        _note_extra(row, found, actor=actor, now=now)
        text = _("この荷物に入っていないはずのカードです。別に置いて、送り元に確かめてください。")
        return Read(is_good=False, text=text, code=shown, card=found)
    _receive(row, found, actor=actor, now=now)
    return Read(is_good=True, text=_("受け取りました。"), code=shown, card=found)


def sign_receipt(*, parcel: Parcel, actor: Actor, now: datetime) -> tuple[int, int]:
    """Sign that a parcel arrived, and count the cards that are missing from now on and those too many.

    Raises WrongTime.
    """
    with transaction.atomic():
        row = _locked(parcel, SENT)
        missing = row.cards.filter(outcome="packed", is_open=True).update(outcome="missing")
        row.state, row.received_at, row.received_by = RECEIVED, now, actor.name
        row.save()
        said = {"number": row.number, "missing": missing}
        record("parcel_received", "parcel", [row.pk], actor=actor, now=now, **said)
        return missing, row.cards.filter(outcome="extra", settled_at=None).count()


def settle(*, parcel: Parcel, card_id: UUID, found: bool, actor: Actor, now: datetime) -> None:
    """Close a difference: the missing card turned up here, or somebody took care of it otherwise."""
    with transaction.atomic():
        row = Parcel.objects.select_for_update().get(pk=parcel.pk)
        each = row.cards.filter(card_id=card_id, outcome__in=("missing", "extra"), settled_at=None).first()
        if each is None:
            raise WrongTime
        if each.outcome == "missing" and found:
            moving.move_to(card_id=card_id, action=Action.TAKE_IN, site=row.to_place_id, actor=actor, now=now)
        each.settled_at, each.settled_by, each.is_open = now, actor.name, False
        each.save()
        record("parcel_settled", "card", [card_id], actor=actor, now=now, number=row.number, found=found)


def overdue(*, today: date, eyes: Eyes) -> int:
    """Count the parcels of a reader's places that should have arrived."""
    return _seen_by(Parcel.objects.filter(state=SENT, due_on__lt=today), eyes).count()


def differences(*, eyes: Eyes) -> int:
    """Count the cards that are missing or too many, and of which nobody has said what became of them."""
    parcels = _seen_by(Parcel.objects.filter(state__in=(SENT, RECEIVED)), eyes)
    found = ParcelCard.objects.filter(outcome__in=("missing", "extra"), settled_at=None)
    return found.filter(parcel__in=parcels).count()


def _seen_by(found: "QuerySet[Parcel]", eyes: Eyes) -> "QuerySet[Parcel]":
    if eyes.places is None:
        return found
    return found.filter(Q(from_place_id__in=eyes.places) | Q(to_place_id__in=eyes.places))


def _locked(parcel: Parcel, state: str) -> Parcel:
    row = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if row.state != state:
        raise WrongTime
    return row


def _stands_against(card: Card, row: Parcel) -> "str | _StrPromise":
    if ParcelCard.objects.filter(card=card, is_open=True).exists():
        return _("このカードは、もう荷物に入っています。")
    if card.state not in (State.ARRIVED, State.STORED, State.PULLED):
        return _("この状態のカードは回送できません。カードの状態を確かめてください。")
    if card.site not in (None, row.from_place_id):
        return _("このカードは、記録では別の場所にあります。置き場所を確かめてください。")
    if card.wanted_site not in (None, row.to_place_id):
        return _("このカードを受け取る予約は、別の場所です。")
    return ""


def _is_called_back(row: Parcel, cards: Sequence[UUID]) -> bool:
    """Tell whether the booking of a card in a parcel went elsewhere, or away, since it was packed."""
    elsewhere = Q(wanted_site__isnull=False) & ~Q(wanted_site=row.to_place_id)
    put_back = ShelfTask.objects.filter(kind="put_back", done_at=None).values("card_id")
    gone = Q(wanted_site__isnull=True, pk__in=put_back)
    return Card.objects.filter(elsewhere | gone, pk__in=cards).exists()


def _put_in(card: Card, row: Parcel, *, actor: Actor, now: datetime) -> None:
    if card.state == State.ARRIVED:
        moving.move(card_id=card.pk, action=Action.STORE, actor=actor, now=now, scanned=True)
    if card.state != State.PULLED:
        moving.move(card_id=card.pk, action=Action.PULL, actor=actor, now=now, scanned=True)
    ParcelCard.objects.create(parcel=row, card=card, wanted_on=card.wanted_on, packed_at=now)
    record("parcel_packed", "card", [card.pk], actor=actor, now=now, number=row.number)


def _receive(row: Parcel, card_id: UUID, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        moving.move_to(card_id=card_id, action=Action.TAKE_IN, site=row.to_place_id, actor=actor, now=now)
        row.cards.filter(card_id=card_id).update(outcome=RECEIVED, received_at=now, is_open=False)


def _note_extra(row: Parcel, card_id: UUID, *, actor: Actor, now: datetime) -> None:
    _row, is_new = row.cards.get_or_create(
        card_id=card_id, defaults={"packed_at": now, "outcome": "extra", "is_open": False}
    )
    if is_new:
        record("parcel_extra", "card", [card_id], actor=actor, now=now, number=row.number)
