"""The lists of the shelves: spots, cards without a spot, travels, parcels, tasks and deadlines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.hooks.contracts.pickups import KANA, NAME, STORAGE
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management.declarations import STATE_LABELS, STATE_MARKS
from plugins.card_management.declarations.shelves import (
    DISPOSAL_LABELS,
    PARCEL_LABELS,
    STEP_LABELS,
    TASK_LABELS,
    TASK_REASONS,
    URGENCY_LABELS,
)
from plugins.card_management.queries import shelves as queries
from plugins.card_management.queries.shelves import ShelfCard
from plugins.card_management.rules.shelves_codes import Code, code_of
from plugins.card_management.rules.shelves_forwarding import Urgency
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import shelves_radar

RADAR_LETTERS: Final = "card_management.radar_letters"
RADAR_MAILS: Final = "card_management.radar_mails"
RADAR_ACTIONS: Final = (
    RADAR_LETTERS,
    RADAR_MAILS,
    *(f"card_management.radar_{step}" for step in ("letter", "nudge", "call", "candidate")),
)
URGENCY_MARKS: Final = {Urgency.LATE: "error", Urgency.TODAY: "wait", Urgency.AHEAD: "ok"}
PARCEL_MARKS: Final = {"packing": "wait", "sent": "ok", "received": "done", "dropped": "none"}
DISPOSAL_MARKS: Final = {"asked": "wait", "done": "done", "refused": "none"}


def state_mark(card: ShelfCard) -> Mark:
    """Say where a card is in its life."""
    return Mark(STATE_MARKS[card.state], STATE_LABELS[card.state])


def said(acts: Sequence[tuple[Step, datetime]]) -> str:
    """Say which steps were taken when."""
    return "、".join(f"{STEP_LABELS[step]} {short_era_date(clock.local(at).date())}" for step, at in acts)


def _due(found: "QuerySet[Any]", step: str) -> "QuerySet[Any]":
    due = shelves_radar.due(step=Step(step), today=clock.today(), eyes=EVERYTHING)
    return found.filter(id__in=due.values("id"))


def place_choices() -> list[tuple[str, str]]:
    """Offer the places of the city."""
    return [(str(key), name) for key, name in queries.place_names().items()]


def _filled(spot: Any) -> str:
    return f"{spot.held}／{spot.capacity}" if spot.capacity else str(spot.held)


def _spot_state(spot: Any) -> Mark:
    if not spot.is_open:
        return Mark("none", _("使っていない"))
    if spot.capacity and spot.held >= spot.capacity:
        return Mark("error", _("いっぱい"))
    return Mark("ok", _("空きあり"))


SPOTS: Final = Table(
    name="card_management.spots",
    label=_("保管場所の一覧表"),
    columns=(
        Column(name="name", label=_("保管場所"), css="mono", is_fixed=True, is_link=True, sort=("walk",)),
        Column(name="place", label=_("場所"), value=lambda spot: spot.place.name),
        Column(name="cabinet", label=_("棚"), css="mono", is_shown=False),
        Column(
            name="number",
            label=_("コード"),
            value=lambda spot: code_of(kind=Code.SPOT, number=spot.number),
            css="mono",
        ),
        Column(name="held", label=_("枚数"), value=_filled, css="num", sort=("held",)),
        Column(name="state", label=_("状態"), value=_spot_state, is_fixed=True),
    ),
    filters=(
        Filter(
            name="place",
            label=_("場所"),
            choices=place_choices,
            apply=lambda found, value: found.filter(place_id=value),
        ),
        Filter(
            name="cabinet",
            label=_("棚"),
            kind="text",
            apply=lambda found, value: found.filter(cabinet=value),
        ),
    ),
    search=("name",),
    search_label=_("保管場所の名前"),
    sort="name",
    link=lambda spot: reverse("cards:spot", args=[spot.pk]),
    nothing_yet=Empty(
        heading=_("保管場所はまだありません"), advice=_("「まとめて作る」から、棚・段・箱を作ります。")
    ),
    paper=on_paper,
)

CARD_COLUMNS: Final = (
    Column(name="reference", label=_("交付通知書の番号"), css="mono", is_fixed=True, is_link=True),
    Column(name="name", label=_("氏名"), mask=NAME),
    Column(name="kana", label=_("氏名カナ"), css="kana", mask=KANA, is_shown=False),
)
STATE_COLUMN: Final = Column(name="state", label=_("状態"), value=state_mark, is_fixed=True)


def card_link(card: ShelfCard) -> str:
    """Lead to a card."""
    return reverse("cards:show", args=[card.id])


UNPLACED: Final = Table(
    name="card_management.not_located",
    label=_("保管場所が決まっていないカードの表"),
    columns=(
        *CARD_COLUMNS,
        Column(name="storage", label=_("取り込んだ保管場所"), css="mono", mask=STORAGE, sort=("storage",)),
        Column(name="place", label=_("場所")),
        Column(name="arrived_on", label=_("到着日"), css="mono", sort=("arrived_on",)),
        STATE_COLUMN,
    ),
    sort="-arrived_on",
    link=card_link,
    nothing_yet=Empty(heading=_("すべてのカードの保管場所が決まっています")),
    paper=on_paper,
)

TRAVELS: Final = Table(
    name="card_management.forwarding",
    label=_("回送リストの表"),
    columns=(
        Column(
            name="reference",
            label=_("交付通知書の番号"),
            value=lambda each: each.card.reference,
            css="mono",
            is_fixed=True,
            is_link=True,
        ),
        Column(name="name", label=_("氏名"), value=lambda each: each.card.name, mask=NAME),
        Column(name="from_name", label=_("いまある場所")),
        Column(
            name="storage",
            label=_("保管場所"),
            value=lambda each: each.card.storage,
            css="mono",
            mask=STORAGE,
        ),
        Column(name="to_name", label=_("受け取りの場所"), value=lambda each: each.card.wanted_place),
        Column(name="wanted_on", label=_("予約日"), css="mono", sort=("wanted_on",)),
        Column(name="leaves_by", label=_("送り出す期限"), css="mono"),
        Column(
            name="urgency",
            label=_("急ぎ"),
            value=lambda each: Mark(URGENCY_MARKS[each.urgency], URGENCY_LABELS[each.urgency]),
            is_fixed=True,
        ),
    ),
    filters=(
        Filter(name="to_place", label=_("受け取りの場所"), choices=place_choices),
        Filter(name="from_place", label=_("いまある場所"), choices=place_choices),
        Filter(
            name="urgency",
            label=_("急ぎ"),
            choices=[(urgency.value, label) for urgency, label in URGENCY_LABELS.items()],
        ),
    ),
    key=lambda each: str(each.card.id),
    link=lambda each: card_link(each.card),
    nothing_yet=Empty(
        heading=_("回送するカードはありません"),
        advice=_("予約の場所とカードのある場所がちがうと、ここに並びます。"),
    ),
    paper=on_paper,
    group=lambda each: each.card.wanted_place,
)

PARCELS: Final = Table(
    name="card_management.parcels",
    label=_("荷物の一覧表"),
    columns=(
        Column(
            name="number", label=_("荷物の番号"), css="mono", is_fixed=True, is_link=True, sort=("number",)
        ),
        Column(name="from_place", label=_("送り元"), value=lambda parcel: parcel.from_place.name),
        Column(name="to_place", label=_("送り先"), value=lambda parcel: parcel.to_place.name),
        Column(name="inside", label=_("枚数"), css="num"),
        Column(name="sent_at", label=_("送り出し"), css="mono"),
        Column(name="due_on", label=_("届く予定"), css="mono", sort=("due_on",)),
        Column(name="received_at", label=_("受け取り"), css="mono"),
        Column(name="different", label=_("くい違い"), css="num"),
        Column(
            name="state",
            label=_("状態"),
            value=lambda parcel: Mark(PARCEL_MARKS[parcel.state], PARCEL_LABELS[parcel.state]),
            is_fixed=True,
        ),
    ),
    filters=(
        Filter(name="state", label=_("状態"), choices=list(PARCEL_LABELS.items())),
        Filter(
            name="to_place",
            label=_("送り先"),
            choices=place_choices,
            apply=lambda found, value: found.filter(to_place_id=value),
        ),
    ),
    sort="-number",
    link=lambda parcel: reverse("cards:shelves_parcel", args=[parcel.pk]),
    nothing_yet=Empty(heading=_("荷物はまだありません"), advice=_("回送リストから荷物を作ります。")),
)

TASKS: Final = Table(
    name="card_management.shelf_tasks",
    label=_("カードを戻す作業の表"),
    columns=(
        Column(
            name="reference",
            label=_("交付通知書の番号"),
            value=lambda each: each.card.reference,
            css="mono",
            is_fixed=True,
            is_link=True,
        ),
        Column(name="name", label=_("氏名"), value=lambda each: each.card.name, mask=NAME),
        Column(
            name="kind",
            label=_("作業"),
            value=lambda each: Mark("wait", TASK_LABELS[each.kind]),
            is_fixed=True,
        ),
        Column(name="reason", label=_("理由"), value=lambda each: TASK_REASONS[each.reason]),
        Column(name="place", label=_("いまある場所")),
        Column(
            name="storage",
            label=_("元の保管場所"),
            value=lambda each: each.card.storage,
            css="mono",
            mask=STORAGE,
        ),
        Column(name="since", label=_("いつから"), css="mono"),
        Column(name="card_state", label=_("カードの状態"), value=lambda each: state_mark(each.card)),
    ),
    filters=(
        Filter(name="kind", label=_("作業"), choices=list(TASK_LABELS.items())),
        Filter(name="reason", label=_("理由"), choices=list(TASK_REASONS.items())),
    ),
    link=lambda each: card_link(each.card),
    nothing_yet=Empty(
        heading=_("戻すカードはありません"),
        advice=_("予約が取り消されたり変わったりすると、ここに並びます。"),
    ),
    paper=on_paper,
)

RADAR: Final = Table(
    name="card_management.radar",
    label=_("受取期限の表"),
    columns=(
        Column(
            name="reference",
            label=_("交付通知書の番号"),
            value=lambda each: each.card.reference,
            css="mono",
            is_fixed=True,
            is_link=True,
        ),
        Column(name="name", label=_("氏名"), value=lambda each: each.card.name, mask=NAME),
        Column(
            name="notice_sent_on",
            label=_("通知の発送"),
            value=lambda each: each.card.notice_sent_on,
            css="mono",
            sort=("notice_sent_on",),
        ),
        Column(
            name="deadline_on",
            label=_("受取期限"),
            value=lambda each: each.card.deadline_on,
            css="mono",
            sort=("deadline_on",),
            is_fixed=True,
        ),
        Column(name="acts", label=_("案内の記録"), value=lambda each: said(each.acts), css="wrap"),
        Column(name="wanted_on", label=_("来庁予約"), value=lambda each: each.card.wanted_on, css="mono"),
        Column(
            name="storage",
            label=_("保管場所"),
            value=lambda each: each.card.storage,
            css="mono",
            mask=STORAGE,
            sort=("storage",),
        ),
        Column(name="state", label=_("状態"), value=lambda each: state_mark(each.card), is_fixed=True),
    ),
    filters=(
        Filter(
            name="step",
            label=_("いま必要な案内"),
            choices=[(step.value, label) for step, label in STEP_LABELS.items()],
            apply=_due,
        ),
        Filter(
            name="deadline_on",
            label=_("期限がこの日まで"),
            kind="day",
            apply=lambda found, value: found.filter(deadline_on__lte=value),
        ),
    ),
    sort="deadline_on",
    sort_masks={"storage": STORAGE},
    link=lambda each: card_link(each.card),
    actions=RADAR_ACTIONS,
    nothing_yet=Empty(
        heading=_("案内するカードはありません"),
        advice=_("通知を送った日が記録されたカードに、受取期限が付きます。"),
    ),
    paper=on_paper,
)

DISPOSALS: Final = Table(
    name="card_management.disposals",
    label=_("廃棄の一覧表"),
    columns=(
        Column(name="number", label=_("廃棄番号"), css="mono", is_fixed=True, is_link=True, sort=("number",)),
        Column(name="count", label=_("枚数"), css="num"),
        Column(name="reason", label=_("理由"), css="wrap"),
        Column(name="asked_by", label=_("申請した人")),
        Column(name="asked_at", label=_("申請"), css="mono"),
        Column(name="decided_by", label=_("決めた人")),
        Column(name="decided_at", label=_("決定"), css="mono"),
        Column(
            name="state",
            label=_("状態"),
            value=lambda row: Mark(DISPOSAL_MARKS[row.state], DISPOSAL_LABELS[row.state]),
            is_fixed=True,
        ),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=list(DISPOSAL_LABELS.items())),),
    sort="-number",
    link=lambda row: reverse("cards:disposal", args=[row.pk]),
    nothing_yet=Empty(heading=_("廃棄の記録はまだありません")),
    paper=on_paper,
)
