"""The list of cards: what stands in it, and how it is narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk import lists
from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.places import queries as places
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables import Asked, Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management.declarations import (
    ADDRESS,
    FLAG_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    STATE_MARKS,
    STEP_LABELS,
    STEP_MARKS,
)
from plugins.card_management.queries import CardSearch, CardView
from plugins.card_management.queries.card_list import BLOCKED, Looked, look
from plugins.card_management.rules.facts import Flag
from plugins.card_management.views.bulk_names import BULK_NAMES

FILTERS = ("state", "kind", "site", "flag", "notice", "visit", "wanted_on", "deadline_by")
NOTICE_CHOICES = (
    ("none", _("未送付")),
    ("sent", _("送付済み")),
    ("returned", _("返戻")),
    ("resent", _("再送済み")),
)
VISIT_CHOICES = (("arrived", _("来庁済み")), ("absent", _("来庁なし")))
VISIT_LABELS = dict(VISIT_CHOICES)


@dataclass(frozen=True)
class Cards:
    """Cards, found by whatever the box says and by what is chosen; names are looked through once."""

    order: tuple[str, ...] = ()
    eyes: Eyes = EVERYTHING
    looked: Looked = field(default_factory=lambda: look(wanted=CardSearch(), eyes=EVERYTHING))

    def narrowed(self, *, table: Table, asked: Asked) -> "Cards":
        """Look for what is asked."""
        chosen = {name: asked.chosen.get(name, "") for name in FILTERS}
        column = table.column(asked.sort_column)
        sign = "-" if asked.is_descending else ""
        return replace(
            self,
            order=tuple(f"{sign}{name}" for name in column.sort) if column else (),
            looked=look(wanted=CardSearch(words=asked.words, **chosen), eyes=self.eyes),
        )

    def total(self) -> int | None:
        """Count the cards."""
        return self.looked.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[CardView]:
        """Give some cards."""
        return self.looked.piece(order=self.order, first=first, count=count, eyes=self.eyes)


def state_of(card: CardView) -> Mark:
    """Say where a card is in its life."""
    return Mark(STATE_MARKS[card.state], STATE_LABELS[card.state])


def step_mark(card: CardView) -> Mark:
    """Say how far a card is on its way to the hand-over."""
    return Mark(STEP_MARKS[card.step], STEP_LABELS[card.step])


def flag_words(flags: Sequence[str]) -> list[str]:
    """Name what the register says against a card."""
    return [str(FLAG_LABELS[flag]) for flag in Flag if flag.value in flags]


def kind_word(card: CardView) -> str:
    """Say why a card was made."""
    return str(next((label for kind, label in KIND_LABELS.items() if kind == card.kind), card.kind))


def born(card: CardView) -> str:
    """Write a birth date, as it stands in the register where no calendar has it."""
    return card.born_text


def _sites() -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in places.all_places()]


def _notice(card: CardView) -> str:
    if card.facts.notice_is_back:
        return str(_("返戻"))
    sent = card.notice_resent_on or card.notice_sent_on
    return short_era_date(sent) if sent else ""


CARDS = Table(
    name="card_management.cards",
    label=_("カードの一覧表"),
    columns=(
        Column(name="reference", label=_("交付通知書の番号"), css="mono", is_fixed=True, is_link=True),
        Column(name="name", label=_("氏名"), is_fixed=True, mask=NAME),
        Column(name="kana", label=_("氏名カナ"), css="kana", mask=KANA),
        Column(name="born_on", label=_("生年月日"), value=born, css="mono", mask=BORN_ON, is_shown=False),
        Column(name="address", label=_("住所"), css="wrap", mask=ADDRESS, is_shown=False),
        Column(name="kind", label=_("種類"), value=kind_word, sort=("kind", "id")),
        Column(name="state", label=_("状態"), value=state_of, sort=("state", "id"), is_fixed=True),
        Column(name="step", label=_("進捗"), value=step_mark, is_shown=False),
        Column(name="site", label=_("所在"), value=lambda card: card.site_name),
        Column(name="storage", label=_("保管場所"), sort=("storage", "id"), mask=STORAGE),
        Column(name="flags", label=_("住民登録の異動"), value=lambda card: "、".join(flag_words(card.flags))),
        Column(name="arrived_on", label=_("到着日"), sort=("arrived_on", "storage", "id"), css="mono"),
        Column(name="notice", label=_("通知書"), value=_notice, sort=("notice_sent_on", "id"), css="mono"),
        Column(name="reserved_at", label=_("来庁予約"), sort=("reserved_at", "id"), css="mono"),
        Column(name="deadline_on", label=_("受取期限"), sort=("deadline_on", "id"), css="mono"),
        Column(
            name="handed_over_on",
            label=_("交付日"),
            sort=("handed_over_on", "id"),
            css="mono",
            is_shown=False,
        ),
        Column(
            name="received_on",
            label=_("カード受領日"),
            sort=("received_on", "id"),
            css="mono",
            is_shown=False,
        ),
        Column(name="batch", label=_("納品の回"), sort=("batch", "id"), css="mono", is_shown=False),
        Column(
            name="visit",
            label=_("来庁"),
            value=lambda card: VISIT_LABELS.get(card.visit, ""),
            is_shown=False,
        ),
    ),
    filters=(
        Filter(
            name="state", label=_("状態"), choices=[(s.value, label) for s, label in STATE_LABELS.items()]
        ),
        Filter(name="kind", label=_("種類"), choices=[(k.value, label) for k, label in KIND_LABELS.items()]),
        Filter(name="site", label=_("所在"), choices=_sites),
        Filter(name="notice", label=_("通知書"), choices=NOTICE_CHOICES),
        Filter(
            name="flag",
            label=_("住民登録の異動"),
            choices=[(BLOCKED, _("交付できない異動あり")), *((f.value, w) for f, w in FLAG_LABELS.items())],
        ),
        Filter(name="visit", label=_("来庁"), choices=VISIT_CHOICES),
        Filter(name="wanted_on", label=_("来庁予約の日"), kind="day"),
        Filter(name="deadline_by", label=_("受取期限（以前）"), kind="day"),
    ),
    search=("words",),
    search_label=_("番号・カナ・生年月日など"),
    sort="-arrived_on",
    sort_masks={"storage": STORAGE},
    link=lambda card: reverse("cards:show", args=[card.id]),
    actions=BULK_NAMES,
    paper=on_paper,
    nothing_yet=Empty(
        heading=_("カードはまだありません"),
        advice=_("交付通知書一覧のCSVを取り込むか、QRを読むと、ここに並びます。"),
    ),
)


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the cards behind the address of the list."""
    return [UUID(key) for key in lists.ids_behind(table=CARDS, rows=Cards(eyes=eyes), query=query, eyes=eyes)]
