"""Stocktakes: boxes are counted by scan, compared with the books, and the result is signed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Spot, Stocktake, StocktakeCount
from plugins.card_management.rules.shelves_codes import Code
from plugins.card_management.rules.shelves_codes import read as read_code
from plugins.card_management.rules.shelves_counting import Counted, Difference, Finding, findings
from plugins.card_management.services.shelves_putting import LYING
from plugins.card_management.services.shelves_reading import Picked, Read, ask, pick, tail
from plugins.card_management.services.shelves_records import one_at_a_time, record


class StocktakeNotFound(NotFound):
    """There is no such stocktake."""

    code = "stocktake_not_found"
    message = _("この棚卸は見つかりません。")


class StocktakeClosed(DomainError):
    """What was signed stays as it is."""

    code = "stocktake_closed"
    message = _("この棚卸は、もう締めてあります。")


class NotOfThisStocktake(DomainError):
    """The spot belongs to another place or cabinet."""

    code = "not_of_this_stocktake"
    message = _("この保管場所は、この棚卸の範囲にありません。")


class NothingToCount(DomainError):
    """A cabinet by this name, or any spot at this place, is not in the master of storage."""

    code = "nothing_to_count"
    message = _("数える箱がありません。場所と棚の名前を確かめてください。")


class StocktakeOpen(DomainError):
    """One at a time is enough."""

    code = "stocktake_open"
    message = _("この範囲の棚卸は、もう始まっています。")


class StocktakeCounted(DomainError):
    """What was counted is kept."""

    code = "stocktake_counted"
    message = _("もう箱を数え始めているため、取りやめられません。数えたところまでで締めてください。")


def find(*, stocktake_id: UUID, eyes: Eyes) -> Stocktake:
    """Find a stocktake of a reader's places.

    Raises StocktakeNotFound.
    """
    found = Stocktake.objects.select_related("place").filter(pk=stocktake_id).first()
    if found is None or not eyes.has_place(found.place_id):
        raise StocktakeNotFound
    return found


def begin(*, place_id: UUID, cabinet: str, actor: Actor, now: datetime) -> UUID:
    """Begin to count a place, or one cabinet of it.

    Raises StocktakeOpen, and NothingToCount where no spot is there.
    """
    spots = Spot.objects.filter(place_id=place_id)
    if not (spots.filter(cabinet=cabinet) if cabinet else spots).exists():
        raise NothingToCount
    with transaction.atomic():
        one_at_a_time()
        if Stocktake.objects.filter(place_id=place_id, cabinet=cabinet, closed_at=None).exists():
            raise StocktakeOpen
        made = Stocktake.objects.create(place_id=place_id, cabinet=cabinet, begun_at=now, begun_by=actor.name)
        record("stocktake_begun", "stocktake", [made.pk], actor=actor, now=now, cabinet=cabinet)
    return made.pk


def spots_of(stocktake: Stocktake) -> "QuerySet[Spot]":
    """List the spots to count."""
    found = Spot.objects.filter(place_id=stocktake.place_id)
    return found.filter(cabinet=stocktake.cabinet) if stocktake.cabinet else found


def open_box(*, stocktake: Stocktake, number: int, actor: Actor, now: datetime) -> StocktakeCount:
    """Begin to count the spot with this bar code; what should lie there is written down now.

    Raises StocktakeClosed and NotOfThisStocktake.
    """
    with transaction.atomic():
        _locked(stocktake.pk)
        spot = spots_of(stocktake).filter(number=number).first()
        if spot is None:
            raise NotOfThisStocktake
        count, is_new = StocktakeCount.objects.select_for_update().get_or_create(
            stocktake=stocktake, spot=spot, defaults={"begun_at": now, "counted_by": actor.name}
        )
        if is_new:
            lying = Card.objects.filter(spot=spot, state__in=LYING).values_list("id", flat=True)
            count.expected = list(lying)
        elif count.counted_at is not None:
            count.counted_at = None
        count.save()
    return count


def scan(*, count: StocktakeCount, typed: str, chosen: UUID | None = None) -> Read:
    """Note one scanned card of the spot that is being counted.

    Raises StocktakeClosed.
    """
    scanned = read_code(typed)
    with transaction.atomic():
        _locked(count.stocktake_id)
        row = StocktakeCount.objects.select_for_update().get(pk=count.pk)
        open_ones = [card for card in row.expected if card not in row.scanned]
        is_card = scanned.kind is Code.CARD
        picked = pick(scanned.text, among=open_ones, chosen=chosen) if is_card else Picked()
        found, shown = picked.card, tail(scanned.text)
        if picked.among:
            return ask(picked, code=shown)
        if found is None:
            row.strange = [*row.strange, shown]
            row.save(update_fields=["strange"])
            return Read(is_good=False, text=_("このコードのカードはありません。"), code=shown)
        if found in row.scanned:
            return Read(is_good=True, text=_("もう読み取ってあります。"), code=shown, card=found)
        row.scanned = [*row.scanned, found]
        row.save(update_fields=["scanned"])
    is_expected = found in row.expected
    text = _("あるはずのカードです。") if is_expected else _("ここにないはずのカードです。")
    return Read(is_good=is_expected, text=text, code=shown, card=found)


def finish_box(*, count: StocktakeCount, actor: Actor, now: datetime) -> None:
    """Say that everything in this spot was scanned.

    Raises StocktakeClosed.
    """
    with transaction.atomic():
        _locked(count.stocktake_id)
        row = StocktakeCount.objects.select_for_update().get(pk=count.pk)
        row.counted_at, row.counted_by = now, actor.name
        row.save(update_fields=["counted_at", "counted_by"])
        record("stocktake_counted", "spot", [row.spot_id], actor=actor, now=now, count=len(row.scanned))


def restart_box(*, count: StocktakeCount, actor: Actor, now: datetime) -> None:
    """Forget what was scanned of a spot that is being counted, and count it from its first card.

    Raises StocktakeClosed.
    """
    with transaction.atomic():
        _locked(count.stocktake_id)
        row = StocktakeCount.objects.select_for_update().get(pk=count.pk)
        lying = Card.objects.filter(spot=row.spot_id, state__in=LYING).values_list("id", flat=True)
        row.scanned, row.strange, row.expected = [], [], list(lying)
        row.begun_at, row.counted_by = now, actor.name
        row.save()
        record("stocktake_restarted", "spot", [row.spot_id], actor=actor, now=now)


def compare(*, stocktake: Stocktake) -> list[Finding[UUID]]:
    """List what differs in the spots that were counted to their end."""
    rows = list(stocktake.counts.filter(counted_at__isnull=False).order_by("spot__walk"))
    scanned = {card for row in rows for card in row.scanned}
    homes = dict(Card.objects.filter(id__in=scanned, state__in=LYING).values_list("id", "spot_id"))
    counted = [Counted(row.spot_id, row.expected, row.scanned, row.strange) for row in rows]
    return findings(counts=counted, homes=homes)


def sign(*, stocktake_id: UUID, actor: Actor, now: datetime, eyes: Eyes) -> None:
    """Sign a stocktake with what was found; nothing of it changes any more.

    Raises StocktakeNotFound and StocktakeClosed.
    """
    with transaction.atomic():
        row = _locked(find(stocktake_id=stocktake_id, eyes=eyes).pk)
        found = compare(stocktake=row)
        row.found = {
            "spots": spots_of(row).count(),
            "counted": row.counts.filter(counted_at__isnull=False).count(),
            "cards": sum(len(count.scanned) for count in row.counts.all()),
            "differences": [_written(each) for each in found],
        }
        row.closed_at, row.closed_by = now, actor.name
        row.save()
        totals = {kind.value: sum(each.kind is kind for each in found) for kind in Difference}
        record("stocktake_signed", "stocktake", [row.pk], actor=actor, now=now, **totals)


def reopen(*, stocktake_id: UUID, closed_at: str, actor: Actor, now: datetime) -> None:
    """Open a stocktake again that was signed a moment ago.

    Raises StocktakeNotFound, StocktakeOpen.
    """
    with transaction.atomic():
        one_at_a_time()
        row = Stocktake.objects.select_for_update().filter(pk=stocktake_id).first()
        if row is None or row.closed_at is None or row.closed_at.isoformat() != closed_at:
            raise StocktakeNotFound
        others = Stocktake.objects.filter(place_id=row.place_id, cabinet=row.cabinet, closed_at=None)
        if others.exists():
            raise StocktakeOpen
        row.closed_at, row.closed_by, row.found = None, "", {}
        row.save(update_fields=["closed_at", "closed_by", "found"])
        record("stocktake_reopened", "stocktake", [row.pk], actor=actor, now=now)


def drop(*, stocktake_id: UUID, actor: Actor, now: datetime, eyes: Eyes) -> None:
    """Take back a stocktake that was begun by mistake; one in which a box was opened stays.

    Raises StocktakeNotFound, StocktakeClosed and StocktakeCounted.
    """
    with transaction.atomic():
        row = _locked(find(stocktake_id=stocktake_id, eyes=eyes).pk)
        if row.counts.exists():
            raise StocktakeCounted
        record("stocktake_dropped", "stocktake", [row.pk], actor=actor, now=now, cabinet=row.cabinet)
        row.delete()


def read_findings(stocktake: Stocktake) -> list[Finding[UUID]]:
    """Read what was found: as signed, or as it stands now."""
    if stocktake.closed_at is None:
        return compare(stocktake=stocktake)
    rows: Iterable[dict[str, str]] = stocktake.found.get("differences", ())
    return [
        Finding(
            Difference(row["kind"]),
            UUID(row["spot"]),
            UUID(row["card"]) if row["card"] else None,
            UUID(row["belongs"]) if row["belongs"] else None,
            row["text"],
        )
        for row in rows
    ]


def _locked(stocktake_id: UUID) -> Stocktake:
    """Hold a stocktake that is not closed for the rest of the transaction.

    Raises StocktakeClosed.
    """
    row = Stocktake.objects.select_for_update().get(pk=stocktake_id)
    if row.closed_at is not None:
        raise StocktakeClosed
    return row


def _written(each: Finding[UUID]) -> dict[str, str]:
    return {
        "kind": each.kind.value,
        "spot": str(each.spot),
        "card": str(each.card or ""),
        "belongs": str(each.belongs or ""),
        "text": each.text,
    }
