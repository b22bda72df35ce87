"""The lists of forms and of printed letters."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management.declarations.forms import FORM_SORTS, LETTER_SORTS, TITLES
from plugins.card_management.queries.forms import RUN_MARKS, RUN_STATES, RecordView


def _written(row: RecordView) -> Mark:
    if row.by_hand == 0:
        return Mark("ok", _("なし"))
    return Mark("wait", _("%(count)s欄") % {"count": row.by_hand})


def _state(row: Any) -> Mark:
    return Mark(RUN_MARKS[row.state], row.get_state_display())


RECORDS = Table(
    name="card_management.forms",
    label=gettext_lazy("申請書の一覧表"),
    columns=(
        Column(
            name="made_at",
            label=gettext_lazy("作った日時"),
            sort=("made_at", "id"),
            css="mono",
            is_fixed=True,
        ),
        Column(name="title", label=gettext_lazy("申請書"), is_fixed=True, is_link=True),
        Column(name="reference", label=gettext_lazy("交付通知書の番号"), css="mono"),
        Column(name="name", label=gettext_lazy("氏名"), mask=NAME),
        Column(name="latest", label=gettext_lazy("版"), css="num"),
        Column(name="typed", label=gettext_lazy("職員が入力した欄"), css="num", sort=("typed", "id")),
        Column(
            name="by_hand",
            label=gettext_lazy("住民が書く欄"),
            value=_written,
            text=lambda row: row.by_hand,
            sort=("by_hand", "id"),
        ),
        Column(name="made_by", label=gettext_lazy("作った人")),
        Column(name="updated_at", label=gettext_lazy("最後の版"), css="mono", is_shown=False),
    ),
    filters=(
        Filter(
            name="key", label=gettext_lazy("申請書"), choices=[(sort.key, sort.title) for sort in FORM_SORTS]
        ),
        Filter(name="made_on", label=gettext_lazy("作った日"), kind="day"),
        Filter(
            name="written",
            label=gettext_lazy("住民が書く欄"),
            choices=[("none", gettext_lazy("なし")), ("some", gettext_lazy("あり"))],
        ),
    ),
    sort="-made_at",
    link=lambda row: reverse("cards:forms_show", args=[row.id]),
    nothing_yet=Empty(
        heading=gettext_lazy("申請書はまだありません"),
        advice=gettext_lazy("カードの画面か「申請書を作る」から作ると、ここに並びます。"),
    ),
    paper=on_paper,
)
RUNS = Table(
    name="card_management.letters",
    label=gettext_lazy("通知の印刷の一覧表"),
    columns=(
        Column(name="made_at", label=gettext_lazy("日時"), sort=("made_at", "id"), css="mono", is_fixed=True),
        Column(
            name="key",
            label=gettext_lazy("印刷したもの"),
            value=lambda row: str(TITLES[row.key]),
            is_fixed=True,
            is_link=True,
        ),
        Column(name="printed", label=gettext_lazy("枚数"), css="num", sort=("printed", "id"), has_total=True),
        Column(name="left_out", label=gettext_lazy("除いたカード"), css="num", has_total=True),
        Column(name="sent_on", label=gettext_lazy("送付日の記録"), css="mono"),
        Column(name="made_by_name", label=gettext_lazy("担当")),
        Column(name="state", label=gettext_lazy("状態"), value=_state, is_fixed=True),
    ),
    filters=(
        Filter(
            name="key",
            label=gettext_lazy("印刷したもの"),
            choices=[(sort.key, sort.title) for sort in LETTER_SORTS],
        ),
        Filter(name="state", label=gettext_lazy("状態"), choices=RUN_STATES),
    ),
    sort="-made_at",
    link=lambda row: reverse("cards:letters_show", args=[row.id]),
    nothing_yet=Empty(
        heading=gettext_lazy("印刷の記録はまだありません"),
        advice=gettext_lazy("「通知書・宛名を印刷する」から作ると、ここに並びます。"),
    ),
    paper=on_paper,
)
