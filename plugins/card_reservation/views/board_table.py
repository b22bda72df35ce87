"""The day's bookings as a list."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.contracts.pickups import KANA, NAME
from madoguchi.web.dates import japanese_time, short_era_date
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.services import title_of
from plugins.card_reservation.queries.values import BoardRow

CHANNELS = {"web": _("Web"), "phone": _("電話")}
STATES = {
    "active": Mark("ok", _("予約中")),
    "done": Mark("done", _("終了")),
    "cancelled": Mark("none", _("取消")),
    "served": Mark("done", _("予約日より前に交付済み")),
    "arrived": Mark("done", _("来庁済み")),
    "absent": Mark("error", _("来なかった")),
}


def state_of(row: BoardRow) -> str:
    """Name how a booking stands: the mark of the desk says more than the clock."""
    if row.is_served:
        return "served"
    return row.status if row.status == "cancelled" else (row.visit or row.status)


def notes_of(row: BoardRow) -> str:
    """Say what is unusual about a booking."""
    notes = [str(_("定員超過"))] if row.is_over else []
    return "・".join([*notes, str(_("通知書なし"))] if row.has_no_notice else notes)


def _lines(texts: Sequence[str]) -> SafeString | str:
    shown = [text or "—" for text in texts]
    return shown[0] if len(shown) == 1 else format_html_join(SafeString("<br>"), "{}", ((t,) for t in shown))


BOARD = Table(
    name="card_reservation.board",
    label=_("予約の表"),
    columns=(
        Column(
            name="starts_at",
            label=_("時間"),
            value=lambda row: japanese_time(row.starts_at),
            sort=("starts_at", "number"),
            css="mono",
            is_fixed=True,
        ),
        Column(name="number", label=_("予約番号"), sort=("number",), css="mono", is_fixed=True, is_link=True),
        Column(
            name="people",
            label=_("氏名"),
            value=lambda row: _lines([person.name for person in row.people]),
            text=lambda row: [person.name for person in row.people],
            sort=("kana",),
            mask=NAME,
        ),
        Column(
            name="kana",
            label=_("カナ"),
            value=lambda row: _lines([person.kana for person in row.people]),
            text=lambda row: [person.kana for person in row.people],
            css="kana",
            mask=KANA,
        ),
        Column(
            name="reference",
            label=_("交付通知書の番号"),
            value=lambda row: _lines([person.reference for person in row.people]),
            text=lambda row: [person.reference for person in row.people],
            css="mono",
        ),
        Column(name="party_size", label=_("人数"), sort=("party_size",), css="num"),
        Column(name="place", label=_("場所"), sort=("place", "starts_at")),
        Column(
            name="service",
            label=_("用件"),
            value=lambda row: title_of(row.service_id, get_language() or "ja"),
            is_shown=False,
        ),
        Column(name="channel", label=_("受付"), value=lambda row: CHANNELS.get(row.channel, row.channel)),
        Column(name="state", label=_("状態"), value=lambda row: STATES[state_of(row)], is_fixed=True),
        Column(name="notes", label=_("注記"), value=notes_of),
    ),
    filters=(
        Filter(
            name="state",
            label=_("状態"),
            choices=[(name, mark.label) for name, mark in STATES.items()],
            apply=lambda rows, value: [row for row in rows if state_of(row) == value],
        ),
        Filter(name="channel", label=_("受付"), choices=list(CHANNELS.items())),
    ),
    search=("number", "words"),
    search_label=_("番号・氏名・カナ"),
    sort="starts_at",
    key=lambda row: str(row.booking_id),
    link=lambda row: reverse("reservations:detail", args=[row.booking_id]),
    row_css=lambda row: "gone" if row.status == "cancelled" else "",
    actions=("card_reservation.arrived", "card_reservation.absent", "card_reservation.unmarked"),
    nothing_yet=Empty(heading=_("この日の予約はありません"), advice=_("場所か日を変えてください。")),
    sizes=(50, 100, 25),
)


def board_here() -> Table:
    """Give the list as this city has it: its search asks for no names where the bookings have none."""
    return BOARD if kept().keeps_names else replace(BOARD, search_label=_("予約番号"))


def _of_row(column: Column) -> Column:
    """Read a column of the board from what a search found."""
    return replace(
        column,
        value=lambda hit: column.shown(hit.row),
        text=lambda hit: column.written(hit.row),
        sort=(),
    )


def _named(name: str) -> Column:
    return _of_row(next(column for column in BOARD.columns if column.name == name))


FOUND = Table(
    name="card_reservation.found",
    label=_("見つかった予約"),
    columns=(
        Column(
            name="day",
            label=_("来庁日時"),
            value=lambda hit: (
                f"{short_era_date(clock.local(hit.row.starts_at).date())} {japanese_time(hit.row.starts_at)}"
            ),
            css="mono",
            is_fixed=True,
        ),
        _named("number"),
        _named("people"),
        _named("kana"),
        _named("reference"),
        Column(
            name="card_state",
            label=_("カードの状態"),
            value=lambda hit: _lines([person.card_state for person in hit.row.people]),
            text=lambda hit: [person.card_state for person in hit.row.people],
        ),
        _named("party_size"),
        _named("place"),
        _named("channel"),
        _named("state"),
        _named("notes"),
        Column(
            name="fits",
            label=_("一致したところ"),
            value=lambda hit: "・".join(str(word) for word in hit.fits),
            is_fixed=True,
        ),
    ),
    key=lambda hit: str(hit.row.booking_id),
    link=lambda hit: reverse("reservations:detail", args=[hit.row.booking_id]),
    row_css=lambda hit: "gone" if hit.row.status == "cancelled" else "",
    nothing_yet=Empty(
        heading=_("該当する予約はありません"),
        advice=_("番号の一部、カナ、電話番号、生年月日、来庁日のどれかでさがせます。"),
    ),
    sizes=(50, 100, 25),
)
