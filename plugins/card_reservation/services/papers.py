"""Lists and slips on paper, and the kit from which a counter works when we are away."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.documents.typesetting import typeset
from madoguchi.errors import NotFound, Refused
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import KANA, NAME, STORAGE
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.places import queries as places
from madoguchi.tenancy import current_city
from madoguchi.web.dates import japanese_time, short_era_date, weekday
from plugins.card_reservation.models import Booking, PaperKit, PlaceRules
from plugins.card_reservation.queries.bookings import day_board
from plugins.card_reservation.queries.values import BoardRow
from plugins.card_reservation.services import callers

SEALED_AT: Final = "card_reservation_paperkit.sealed"
OPEN_DAYS = 3
LOOK_AHEAD = timedelta(days=21)
KEPT_DAYS = 4
STALE_AFTER = timedelta(hours=26)


class KitNotFound(NotFound):
    """No list on paper of this city has this key; lists are kept for a few days only."""

    code = "paper_kit_not_found"
    message = gettext_lazy("紙の予備リストが見つかりません。数日で消えるので、新しいものを開いてください。")


class KitIsMasked(Refused):
    """The list was set in the evening with names on it that this reader may not see."""

    code = "paper_kit_masked"
    message = gettext_lazy("この紙の一覧には、あなたの役割では表示しない項目が印刷されています。")


@dataclass(frozen=True, slots=True)
class KitView:
    """One list of the coming days as pages show it."""

    id: UUID
    place: str
    first_day: date
    last_day: date
    made_at: datetime
    visits: int


def day_list(*, place_id: UUID | None, day: date, now: datetime, eyes: Eyes) -> bytes:
    """Set the bookings of one day, place by place: the caller records the reading."""
    found = callers.named(rows=day_board(place_id=place_id, day=day, now=now, eyes=eyes), eyes=eyes)
    rows = [row for row in found if row.status != "cancelled"]
    return _set(title=_("予約一覧"), sections=_sections_by_place(rows), note=_named(day), now=now)


def make_kits(*, now: datetime) -> int:
    """Make the list of the next three open days of every place, seal it, and throw old ones away."""
    today = clock.local(now).date()
    known = {place.id: place.name for place in places.all_places()}
    made: list[PaperKit] = []
    with transaction.atomic():
        PaperKit.objects.filter(first_day__lte=today - timedelta(days=KEPT_DAYS - 1)).delete()
        for place_id in PlaceRules.objects.order_by("place_id").values_list("place_id", flat=True):
            made.append(_make_kit(place_id, known[place_id], today, now))
        audit.record(
            actor=SYSTEM,
            action="card_reservation.paper_kits_made",
            object_type="card_reservation.paper_kit",
            object_ids=[str(kit.id) for kit in made],
            now=now,
        )
    return len(made)


def kits(*, eyes: Eyes) -> tuple[KitView, ...]:
    """List the lists that are kept for a reader's places, the newest first."""
    found = PaperKit.objects.select_related("place").defer("sealed").order_by("-first_day", "place__order")
    return tuple(_view(kit) for kit in found if eyes.has_place(kit.place_id))


def kit(*, kit_id: UUID, eyes: Eyes) -> KitView:
    """Name one list without opening it.

    Raises KitNotFound.
    """
    return _view(_found(kit_id, eyes))


def read_kit(*, kit_id: UUID, actor: Actor, now: datetime, eyes: Eyes) -> bytes:
    """Open a list for somebody, and record that they read it.

    Raises KitNotFound, and KitIsMasked for somebody from whom a column on it is kept.
    """
    found = _found(kit_id, eyes)
    if any(eyes.is_masked(column) for column in (NAME, KANA, STORAGE)):
        raise KitIsMasked(kit_id=kit_id)
    audit.record_read(
        actor=actor,
        object_type="card_reservation.paper_kit",
        object_ids=[str(found.id)],
        purpose="card_reservation.paper_kit",
        now=now,
    )
    opened = vault.open_sealed(sealed=found.sealed, place=SEALED_AT, row=found.id)
    return b64decode(str(opened["pdf"]))


def last_made_at() -> datetime | None:
    """Tell when the lists were made last."""
    return PaperKit.objects.order_by("-made_at").values_list("made_at", flat=True).first()


def is_stale(*, now: datetime) -> bool:
    """Tell whether visits ahead have seen an evening go by without a list of them."""
    made_at = last_made_at()
    if made_at is not None:
        return now - made_at > STALE_AFTER
    ahead = Booking.objects.filter(state=Booking.State.ACTIVE, slot__starts_at__gt=now)
    return ahead.filter(created_at__lt=now - STALE_AFTER).exists()


def _make_kit(place_id: UUID, name: str, today: date, now: datetime) -> PaperKit:
    tomorrow = today + timedelta(days=1)
    opened = places.opening_days(place_id=place_id, first=tomorrow, last=today + LOOK_AHEAD)[:OPEN_DAYS]
    last = opened[-1] if len(opened) == OPEN_DAYS else today + timedelta(days=OPEN_DAYS)
    sections, visits = [], 0
    for day in _days(tomorrow, last):
        found = callers.named(
            rows=day_board(place_id=place_id, day=day, now=now, eyes=EVERYTHING), eyes=EVERYTHING
        )
        rows = [row for row in found if row.status != "cancelled"]
        visits += len(rows)
        if rows or day in opened:
            sections.append(_section(_named(day), rows))
    note = _("%(place)s　システムが使えないときは、この紙で受付をします。来た方に印を付けてください。")
    pdf = _set(title=_("紙の予備リスト"), sections=sections, note=note % {"place": name}, now=now)
    PaperKit.objects.filter(place_id=place_id, first_day=tomorrow).delete()
    key = uuid4()
    sealed = vault.seal(fields={"pdf": b64encode(pdf).decode()}, place=SEALED_AT, row=key)
    return PaperKit.objects.create(
        id=key,
        place_id=place_id,
        first_day=tomorrow,
        last_day=last,
        made_at=now,
        visits=visits,
        sealed=sealed,
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _sections_by_place(rows: Sequence[BoardRow]) -> list[dict[str, object]]:
    ordered = sorted(rows, key=lambda row: row.place)
    found = [_section(place, list(group)) for place, group in groupby(ordered, key=lambda row: row.place)]
    return found or [_section("", [])]


def _section(heading: str, rows: Sequence[BoardRow]) -> dict[str, object]:
    return {
        "heading": heading,
        "note": _("%(count)s件") % {"count": len(rows)},
        "rows": [_cells(row) for row in rows],
        "empty": _("予約はありません。"),
    }


def _cells(row: BoardRow) -> list[str]:
    people = [f"{person.name}\n{person.kana}".strip() for person in row.people]
    return [
        japanese_time(row.starts_at),
        row.number,
        "\n".join(people),
        f"{row.party_size}",
        "\n".join(person.reference for person in row.people),
        "\n".join(person.storage for person in row.people),
        {"web": "Web", "phone": _("電話")}.get(row.channel, row.channel),
        "",
    ]


def _set(*, title: str, sections: Sequence[dict[str, object]], note: str, now: datetime) -> bytes:
    values = {
        "title": title,
        "city": current_city().name,
        "made": f"{short_era_date(clock.local(now).date())} {japanese_time(now)}",
        "note": note,
        "columns": [
            {"label": _("時間"), "width": 1},
            {"label": _("予約番号"), "width": 1.6},
            {"label": _("来る方"), "width": 2.4},
            {"label": _("人数"), "width": 0.8, "number": True},
            {"label": _("交付通知書の番号"), "width": 1.9},
            {"label": _("保管場所"), "width": 1.5},
            {"label": _("受付"), "width": 1},
            {"label": _("印"), "width": 0.8},
        ],
        "sections": sections,
    }
    return typeset(template="documents/list", values=values, now=now)


def _named(day: date) -> str:
    return f"{short_era_date(day)}（{weekday(day)}）"


def _found(kit_id: UUID, eyes: Eyes) -> PaperKit:
    found = PaperKit.objects.select_related("place").filter(pk=kit_id).first()
    if found is None or not eyes.has_place(found.place_id):
        raise KitNotFound(kit_id=kit_id)
    return found


def _view(found: PaperKit) -> KitView:
    return KitView(
        id=found.id,
        place=found.place.name,
        first_day=found.first_day,
        last_day=found.last_day,
        made_at=found.made_at,
        visits=found.visits,
    )
