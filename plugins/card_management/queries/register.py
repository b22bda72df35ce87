"""What can be asked about residents, flags, files, postal codes and renewals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.ledger import vault
from madoguchi.web.tables import Asked, Table
from madoguchi.web.tables.rows import QueryRows
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.formats.births import born_words
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import (
    FLAG_REASON_SEALED,
    RENEWAL_SEALED,
    RESIDENT_SEALED,
    CardResident,
    FilePickup,
    FileSource,
    FlagMark,
    PostalCorrection,
    PostalQuestion,
    RenewalTarget,
    Resident,
)
from plugins.card_management.queries import within
from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.life_cycle import GONE, State
from plugins.card_management.rules.register_pickup import missing_days

SHOWN_SIGNS: Final = 2
STOPPED: Final = "stopped"


@dataclass(frozen=True)
class SealedRows:
    """Rows of a list whose names are sealed: found in the database, opened piece by piece."""

    found: "QuerySet[Any]"
    view: Callable[[Sequence[Any]], Sequence[Any]]

    def narrowed(self, *, table: Table, asked: Asked) -> "SealedRows":
        """Look for what is asked."""
        return replace(self, found=QueryRows(self.found).narrowed(table=table, asked=asked).found)

    def total(self) -> int | None:
        """Count the rows."""
        return self.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[Any]:
        """Give some rows."""
        return self.view(list(self.found[first : first + count]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody as a reader may see them, beside the row that tells of them."""

    row: Any
    id: UUID
    name: str = ""
    kana: str = ""
    born: str = ""
    address: str = ""
    postcode: str = ""
    reference: str = ""
    code: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    flags: Sequence[str] = ()


def residents(*, eyes: Eyes) -> SealedRows:
    """List the residents that files of the register told of."""
    found = Resident.objects.order_by("-updated_at", "id")
    return SealedRows(found, lambda rows: [resident_view(row, eyes) for row in rows])


def resident_view(row: Resident, eyes: Eyes) -> PersonView:
    """Show a resident; of the resident code the last signs at most."""
    fields = vault.open_sealed(sealed=bytes(row.sealed), place=RESIDENT_SEALED, row=row.id)
    code = str(fields.get("code", ""))
    more = ("name_alphabet", "common_name", "former_name")
    return _person(
        row,
        row.id,
        fields,
        eyes,
        code=f"{'*' * (len(code) - SHOWN_SIGNS)}{code[-SHOWN_SIGNS:]}",
        names={} if eyes.is_masked(NAME) else {name: str(fields[name]) for name in more if fields.get(name)},
    )


def resident_of_card(*, card_id: UUID, eyes: Eyes) -> PersonView | None:
    """Show whose card it is in the register, if that is known."""
    link = CardResident.objects.select_related("resident").filter(card=card_id).first()
    return resident_view(link.resident, eyes) if link else None


def resident_candidates(*, card_id: UUID, eyes: Eyes) -> list[PersonView]:
    """List the residents with the reading and birth date of a card."""
    holder = Card.objects.filter(id=card_id).values_list("holder_index", flat=True).first()
    if holder is None:
        return []
    rows = Resident.objects.filter(holder_index=holder).order_by("id")[:20]
    return [resident_view(row, eyes) for row in rows]


def unmatched(*, eyes: Eyes) -> SealedRows:
    """List the waiting cards for which several residents may be the holder, or none by that name."""
    known = Resident.objects.filter(holder_index=OuterRef("holder_index"))
    cards = within(eyes).exclude(state__in=GONE)
    found = cards.filter(Exists(known), holder_link=None).order_by("-updated_at", "id")
    return SealedRows(found, lambda rows: [card_view(row, eyes) for row in rows])


def flagged(*, eyes: Eyes) -> SealedRows:
    """List the flags on cards that have not gone to their holders."""
    cards = within(eyes).exclude(state__in=GONE)
    marks = FlagMark.objects.filter(cleared_at=None, card__in=cards).select_related("card")
    return SealedRows(marks.order_by("-raised_at", "id"), lambda rows: [_marked(row, eyes) for row in rows])


def _marked(mark: FlagMark, eyes: Eyes) -> PersonView:
    return replace(card_view(mark.card, eyes), row=mark, id=mark.id)


def marks_of(*, card_id: UUID) -> list[tuple[FlagMark, str]]:
    """List the flags that a card carries or carried, with the reasons why they were taken away."""
    rows = FlagMark.objects.filter(card=card_id).order_by("-raised_at")
    return [(mark, _reason_of(mark)) for mark in rows]


def _reason_of(mark: FlagMark) -> str:
    if not mark.sealed_reason:
        return ""
    opened = vault.open_sealed(sealed=bytes(mark.sealed_reason), place=FLAG_REASON_SEALED, row=mark.id)
    return str(opened["text"])


def card_view(card: Card, eyes: Eyes) -> PersonView:
    """Show the holder of a card as the card names them."""
    fields = vault.open_sealed(sealed=bytes(card.sealed), place=SEALED, row=card.id)
    return _person(card, card.id, fields, eyes, flags=list(card.flags))


def card_of(*, card_id: UUID, eyes: Eyes) -> PersonView | None:
    """Show the holder of one card, where a reader's work reaches it."""
    card = within(eyes).filter(id=card_id).first()
    return card_view(card, eyes) if card else None


def _person(row: Any, key: UUID, fields: Mapping[str, Any], eyes: Eyes, **more: Any) -> PersonView:
    is_hidden = eyes.is_masked(ADDRESS)
    return PersonView(
        row=row,
        id=key,
        name=eyes.text(NAME, str(fields.get("name", ""))),
        kana=eyes.text(KANA, str(fields.get("kana", ""))),
        born="" if eyes.is_masked(BORN_ON) else born_words(fields, is_short=True),
        address=eyes.text(ADDRESS, str(fields.get("address", ""))),
        postcode="" if is_hidden else str(fields.get("postcode", "")),
        reference=str(fields.get("reference", "")),
        **more,
    )


def questions(*, eyes: Eyes) -> SealedRows:
    """List the cards whose postal code waits for a person."""
    cards = within(eyes).exclude(state__in=GONE)
    found = PostalQuestion.objects.filter(card__in=cards).select_related("card").order_by("asked_at", "card")
    return SealedRows(found, lambda rows: [_asked(row, eyes) for row in rows])


def _asked(question: PostalQuestion, eyes: Eyes) -> PersonView:
    return replace(card_view(question.card, eyes), row=question, id=question.card_id)


def question(*, card_id: UUID, eyes: Eyes) -> PersonView | None:
    """Show one card whose postal code waits for a person."""
    cards = within(eyes).filter(id=card_id)
    found = PostalQuestion.objects.filter(card__in=cards).select_related("card").first()
    return _asked(found, eyes) if found else None


def address_of_question(*, card_id: UUID) -> str:
    """Give the address for which a postal code is looked for, to look it up again."""
    card = Card.objects.get(id=card_id)
    fields = vault.open_sealed(sealed=bytes(card.sealed), place=SEALED, row=card.id)
    return str(fields.get("address", ""))


def corrections() -> "QuerySet[PostalCorrection]":
    """List the postal codes that the city chose itself."""
    return PostalCorrection.objects.order_by("-decided_at", "id")


def renewals(*, eyes: Eyes, has_exception: bool = False) -> SealedRows:
    """List those whose card is to be renewed, or only those with whom something is the matter."""
    found = RenewalTarget.objects.order_by("expires_on", "id")
    if has_exception:
        found = found.exclude(exception="")
    return SealedRows(found, lambda rows: [renewal_view(row, eyes) for row in rows])


def renewal(*, target_id: UUID, eyes: Eyes) -> PersonView | None:
    """Show one person of the renewal list."""
    row = RenewalTarget.objects.filter(id=target_id).first()
    return renewal_view(row, eyes) if row else None


def renewal_view(row: RenewalTarget, eyes: Eyes) -> PersonView:
    """Show one person of the renewal list."""
    fields = vault.open_sealed(sealed=bytes(row.sealed), place=RENEWAL_SEALED, row=row.id)
    return _person(row, row.id, fields, eyes)


def only_issued(*, eyes: Eyes) -> SealedRows:
    """List the cards made for a renewal whose holders stand on no list."""
    cards = within(eyes).filter(kind=Kind.RENEWAL, renewal_targets=None)
    found = cards.exclude(state=State.DISPOSED).order_by("-arrived_on", "id")
    return SealedRows(found, lambda rows: [card_view(row, eyes) for row in rows])


def renewal_cards(*, cards: Iterable[UUID], eyes: Eyes) -> list[PersonView]:
    """Show the cards that may be somebody's renewal."""
    found = within(eyes).filter(id__in=list(cards)).order_by("id")
    return [card_view(row, eyes) for row in found]


def renewal_counts() -> dict[str, int]:
    """Count the renewal list by match, and its exceptions."""
    states = RenewalTarget.objects.values_list("state").annotate(count=Count("id")).order_by()
    counts = {str(state): int(count) for state, count in states}
    issued = Card.objects.filter(kind=Kind.RENEWAL, renewal_targets=None).exclude(state=State.DISPOSED)
    return {
        **{name: counts.get(name, 0) for name in ("both", "only_list", "conflict")},
        "only_issued": issued.count(),
        "exception": RenewalTarget.objects.exclude(exception="").count(),
    }


def sources() -> list[FileSource]:
    """List the places from which files are picked up."""
    return list(FileSource.objects.order_by("name"))


def pickups(*, source_id: UUID | None = None) -> "QuerySet[FilePickup]":
    """List the files that were picked up, the newest first."""
    found = FilePickup.objects.select_related("source").order_by("-found_at", "id")
    return found.filter(source=source_id) if source_id else found


def stopped() -> int:
    """Count the files that wait for a person."""
    return FilePickup.objects.filter(state__in=(STOPPED, "waiting")).count()


def missing(*, now: datetime) -> list[tuple[FileSource, Sequence[date]]]:
    """List the places whose files of the last week should have come and have not."""
    found = []
    local = clock.local(now)
    for source in FileSource.objects.filter(is_on=True).exclude(expected="never"):
        came = _days_of(source, now)
        days = missing_days(
            expected=source.expected,
            by=source.expected_by,
            now=local.replace(tzinfo=None),
            taken=came,
            since=clock.local(source.created_at).date(),
        )
        if days:
            found.append((source, days))
    return found


def _days_of(source: FileSource, now: datetime) -> set[date]:
    since = now - timedelta(days=14)
    taken = FilePickup.objects.filter(source=source, found_at__gte=since).exclude(
        Q(state="discarded") | Q(state=STOPPED)
    )
    return {day or clock.local(found).date() for day, found in taken.values_list("for_day", "found_at")}


def troubled() -> list[FileSource]:
    """List the places that cannot be reached now."""
    return list(FileSource.objects.filter(is_on=True, failures__gt=1).order_by("name"))


def last_data() -> datetime | None:
    """Tell when the register last told anything."""
    return Resident.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()


def figures(*, eyes: Eyes) -> dict[str, int]:
    """Count residents, flags and cards to look at."""
    return {
        "residents": Resident.objects.filter(standing="present").count(),
        "flagged": flagged(eyes=eyes).total() or 0,
        "unmatched": unmatched(eyes=eyes).total() or 0,
        "questions": questions(eyes=eyes).total() or 0,
    }


def read_for_health() -> None:
    """Touch the tables of the register and read nothing in them."""
    for model in (Resident, FlagMark, FileSource, FilePickup, PostalQuestion, RenewalTarget):
        model.objects.exists()
