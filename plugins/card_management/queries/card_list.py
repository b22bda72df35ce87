"""The cards as a list: what is looked for, what a reader may see of it, and in which order."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE, normalise_reference
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.ledger import vault
from madoguchi.places import queries as places
from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.formats.births import born_day, born_words
from plugins.card_management.models import SEALED, Card
from plugins.card_management.rules import ledger_search
from plugins.card_management.rules.facts import BLOCKING
from plugins.card_management.rules.ledger_search import Meant
from plugins.card_management.rules.life_cycle import Action, State, actions_from
from plugins.card_management.rules.notice_number import is_notice_number
from plugins.card_management.rules.progress import Facts, Step, step_of
from plugins.card_management.services import search_pages
from plugins.card_management.services.indexes import fold_kana, index_reference
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.search_pages import TooMany, Wanted

MOST_HITS: Final = 500
NEWEST: Final = 2_000
"""To so many of all cards the list leads without sorting every card of the city."""
BLOCKED: Final = "blocked"
NOBODY: Final = Q(pk__in=[])
_USUAL_ORDER: Final = ("-arrived_on", "storage", "id")
_MASKS: Final = {"storage": STORAGE}
PLAIN_FIELDS: Final = (
    "id",
    "storage",
    "site",
    "kind",
    "batch",
    "wanted_site",
    "wanted_on",
    "wanted_booking",
    "visit",
    "arrived_on",
    "received_on",
    "notice_sent_on",
    "notice_returned_on",
    "notice_resent_on",
    "deadline_on",
    "handed_over_on",
    "reserved_at",
)
FIELDS: Final = (*PLAIN_FIELDS, "sealed", "state", "flags", "holder_index")
# What a list asks about the notice of a card.
NOTICES: Final[dict[str, Q]] = {
    "none": Q(notice_sent_on=None),
    "sent": Q(notice_sent_on__isnull=False, notice_returned_on=None),
    "returned": Q(notice_returned_on__isnull=False)
    & (Q(notice_resent_on=None) | Q(notice_resent_on__lt=F("notice_returned_on"))),
    "resent": Q(notice_resent_on__isnull=False)
    & (Q(notice_returned_on=None) | Q(notice_resent_on__gte=F("notice_returned_on"))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One card as a reader may see it; what is kept from them is empty."""

    id: UUID
    reference: str
    name: str
    kana: str
    born_on: date | None
    born_text: str
    postcode: str
    address: str
    storage: str
    site: UUID | None
    site_name: str
    state: State
    kind: str
    batch: str
    flags: tuple[str, ...]
    wanted_site: UUID | None
    wanted_on: date | None
    wanted_booking: UUID | None
    visit: str
    arrived_on: date
    received_on: date | None
    notice_sent_on: date | None
    notice_returned_on: date | None
    notice_resent_on: date | None
    deadline_on: date | None
    handed_over_on: date | None
    reserved_at: datetime | None
    holder: bytes | None = None

    @property
    def actions(self) -> tuple[Action, ...]:
        """List what can be done with the card now."""
        return actions_from(state=self.state)

    @property
    def facts(self) -> Facts:
        """Give what tells how far the card is."""
        return Facts(
            state=self.state,
            notice_sent_on=self.notice_sent_on,
            notice_returned_on=self.notice_returned_on,
            notice_resent_on=self.notice_resent_on,
            deadline_on=self.deadline_on,
            wanted_on=self.wanted_on,
            visit=self.visit,
        )

    @property
    def step(self) -> Step:
        """Tell how far the card is."""
        return step_of(facts=self.facts, today=clock.today())


@dataclass(frozen=True, slots=True)
class CardSearch:
    """What staff look for; everything may be left empty."""

    number: str = ""
    kana: str = ""
    state: str = ""
    words: str = ""
    kind: str = ""
    site: str = ""
    flag: str = ""
    notice: str = ""
    visit: str = ""
    wanted_on: str = ""
    deadline_by: str = ""


@dataclass(frozen=True)
class Looked:
    """The cards that fit, and whether words fitted more of them than are given."""

    found: "QuerySet[Card]"
    is_cut: bool
    # Whether these are all cards of the city, of which the newest are found without reading the others.
    is_all: bool = False

    def piece(self, *, order: tuple[str, ...], first: int, count: int, eyes: Eyes) -> list[CardView]:
        """Give some of the cards, in an order that tells nothing a reader may not see."""
        ordered, found = _order(order, eyes), self.found
        if self.is_all and ordered[:1] == ("-arrived_on",) and first + count <= NEWEST:
            found = _newest(found, first + count)
        return view_each(found.order_by(*ordered).values(*FIELDS)[first : first + count], eyes=eyes)


def cards(
    *, wanted: CardSearch, order: tuple[str, ...], first: int, count: int, eyes: Eyes
) -> list[CardView]:
    """Give some cards, in an order that tells nothing a reader may not see."""
    looked = look(wanted=wanted, eyes=eyes)
    return looked.piece(order=order, first=first, count=count, eyes=eyes)


def count(*, wanted: CardSearch, eyes: Eyes = EVERYTHING) -> int:
    """Count the cards that fit."""
    return look(wanted=wanted, eyes=eyes).found.count()


def find(*, card_id: UUID, eyes: Eyes) -> CardView:
    """Show one card.

    Raises CardNotFound, for a card of a place that is not the reader's, too.
    """
    for view in view_each(within(eyes).filter(id=card_id).values(*FIELDS), eyes=eyes):
        return view
    raise CardNotFound(card=str(card_id))


def of_holder(*, card: CardView, eyes: Eyes) -> list[CardView]:
    """List all cards of the holder of one, that one among them, the newest first."""
    if card.holder is None:
        return [card]
    same = within(eyes).filter(holder_index=card.holder).order_by("-arrived_on", "id")
    return view_each(same.values(*FIELDS)[:MOST_HITS], eyes=eyes)


def named(rows: Sequence[UUID], *, eyes: Eyes = EVERYTHING) -> dict[UUID, tuple[str, State]]:
    """Give number and state of some cards that a reader may see."""
    found = within(eyes).filter(id__in=rows).values(*FIELDS)
    return {view.id: (view.reference, view.state) for view in view_each(found, eyes=EVERYTHING)}


def views(rows: Sequence[UUID], *, eyes: Eyes) -> dict[UUID, CardView]:
    """Give some cards that a reader may see, as that reader may see them."""
    found = within(eyes).filter(id__in=rows).values(*FIELDS)
    return {view.id: view for view in view_each(found, eyes=eyes)}


def within(eyes: Eyes) -> QuerySet[Card]:
    """Give the cards of a reader's places: those that lie or are wanted there, and those of no place."""
    if eyes.places is None:
        return Card.objects.all()
    nowhere = Q(site=None, wanted_site=None)
    return Card.objects.filter(nowhere | Q(site__in=eyes.places) | Q(wanted_site__in=eyes.places))


def look(*, wanted: CardSearch, eyes: Eyes) -> Looked:
    """Look for cards, of a reader's places; names are looked through once, whatever is then asked of them."""
    found = within(eyes).filter(_chosen(wanted))
    is_cut = False
    for parts, others in _searched(wanted, eyes):
        among, is_one_cut = _among(parts)
        found, is_cut = found.filter(among | others), is_cut or is_one_cut
    is_all = wanted == CardSearch() and eyes.places is None
    return Looked(found=found, is_cut=is_cut, is_all=is_all)


def _newest(found: "QuerySet[Card]", count: int) -> "QuerySet[Card]":
    """Narrow all cards to the days on which the last so many arrived, which the index of each state knows."""
    arrived = Card.objects.order_by("-arrived_on").values_list("arrived_on", flat=True)
    parts = [arrived.filter(state=state)[:count] for state in State]
    days = list(parts[0].union(*parts[1:], all=True).order_by("-arrived_on")[:count])
    return found.filter(state__in=list(State), arrived_on__gte=days[-1]) if len(days) == count else found


def _chosen(wanted: CardSearch) -> Q:
    found = Q()
    plain = {"state": wanted.state, "kind": wanted.kind, "visit": wanted.visit, "site": wanted.site}
    plain |= {"wanted_on": wanted.wanted_on, "deadline_on__lte": wanted.deadline_by}
    for name, value in plain.items():
        if value:
            found &= Q(**{name: value})
    if wanted.flag:
        flags = sorted(BLOCKING) if wanted.flag == BLOCKED else [wanted.flag]
        found &= Q(flags__overlap=[str(flag) for flag in flags])
    return found & NOTICES[wanted.notice] if wanted.notice else found


def _searched(wanted: CardSearch, eyes: Eyes) -> Iterable[tuple[list[Wanted], Q]]:
    """Say what names and numbers have to hold; each pair narrows the list further."""
    if wanted.number:
        number = normalise_reference(wanted.number)
        is_part = not is_notice_number(number) and len(number) >= ledger_search.SHORTEST_NUMBER
        whole = Q(reference_index=index_reference(reference=number))
        yield ([Wanted("n", number)], NOBODY) if is_part else ([], whole)
    if wanted.kana:
        start = fold_kana(wanted.kana)
        is_open = bool(start) and not eyes.is_masked(KANA)
        yield [Wanted("k", start, at_start=True)] if is_open else [], NOBODY
    if wanted.words:
        meant = _allowed(meaning_of(wanted.words), eyes)
        yield _parts(meant), _others(meant, eyes)


def meaning_of(text: str) -> Meant:
    """Work out what the words of the box can mean."""
    try:
        whole: date | None = read_date(text)
    except NotADate:
        whole = None
    return ledger_search.read(text, day=whole, today=clock.today())


def _others(meant: Meant, eyes: Eyes) -> Q:
    """Say what the words can mean that needs no name."""
    found = NOBODY
    if is_notice_number(meant.number):
        found |= Q(reference_index=index_reference(reference=meant.number))
    if meant.day is not None:
        found |= Q(wanted_on=meant.day) | Q(arrived_on=meant.day)
    if meant.phone:
        with suppress(NobodyAnswers):
            found |= Q(id__in=plugins.ask("pickups_of_caller", phone=meant.phone, eyes=eyes))
    return found


def _allowed(meant: Meant, eyes: Eyes) -> Meant:
    return replace(
        meant,
        name="" if eyes.is_masked(NAME) else meant.name,
        kana="" if eyes.is_masked(KANA) else meant.kana,
        birthday=None if eyes.is_masked(BORN_ON) else meant.birthday,
    )


def _parts(meant: Meant) -> list[Wanted]:
    parts = []
    if meant.number and not is_notice_number(meant.number):
        parts.append(Wanted("n", meant.number))
    if meant.kana:
        # One sign stands in nearly every name.
        parts.append(Wanted("k", fold_kana(meant.kana), at_start=len(meant.kana) == 1))
        parts.append(Wanted("a", meant.kana))
    if meant.name:
        parts.append(Wanted("a", meant.name))
    if meant.birthday is not None:
        year = f"{meant.birthday.year:04}" if meant.birthday.year else ""
        parts.append(Wanted("b", f"{year}-{meant.birthday.month:02}-{meant.birthday.day:02}"))
    return parts


def _among(parts: list[Wanted]) -> tuple[Q, bool]:
    try:
        return Q(id__in=search_pages.find(wanted=parts)), False
    except TooMany as many:
        return Q(id__in=many.found), True


def _order(order: tuple[str, ...], eyes: Eyes) -> tuple[str, ...]:
    # What somebody may not read must not be told by the place of a row either.
    wanted = order or _USUAL_ORDER
    return tuple(name for name in wanted if not eyes.is_masked(_MASKS.get(name.lstrip("-"), "")))


def view_each(rows: Iterable[dict[str, Any]], *, eyes: Eyes) -> list[CardView]:
    """Open cards as a reader may see them: whoever asks records the reading."""
    opener, found = vault.sealer(place=SEALED), list(rows)
    names = site_names() if any(row["site"] for row in found) else {}
    return [_view(row, opener.open(row["sealed"], row["id"]), names, eyes) for row in found]


def _view(row: dict[str, Any], fields: dict[str, Any], names: dict[UUID, str], eyes: Eyes) -> CardView:
    hides = eyes.is_masked(BORN_ON)
    plain = {name: row[name] for name in PLAIN_FIELDS}
    return CardView(
        **plain | {"storage": eyes.text(STORAGE, row["storage"])},
        site_name=names.get(row["site"], ""),
        reference=fields["reference"],
        name=eyes.text(NAME, fields["name"]),
        kana=eyes.text(KANA, fields["kana"]),
        born_on=None if hides else born_day(fields),
        born_text="" if hides else born_words(fields),
        postcode="" if eyes.is_masked(ADDRESS) else str(fields.get("postcode") or ""),
        address=eyes.text(ADDRESS, str(fields.get("address") or "")),
        state=State(row["state"]),
        flags=tuple(row["flags"]),
        holder=bytes(row["holder_index"]) if row["holder_index"] is not None else None,
    )


def site_names() -> dict[UUID, str]:
    """Name the places of the city."""
    return {place.id: place.name for place in places.all_places()}
