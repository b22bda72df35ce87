"""The lists of the register: residents, flags, files, postal codes and renewals."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management.declarations import ADDRESS, FLAG_LABELS, STATE_LABELS, STATE_MARKS
from plugins.card_management.declarations.register import (
    EXCEPTION_LABELS,
    MATCH_LABELS,
    MATCH_MARKS,
    PICKUP_LABELS,
    PICKUP_MARKS,
    POSTAL_REASONS,
    PROBLEM_WORDS,
    REASON_WORDS,
    STANDING_LABELS,
    STANDING_MARKS,
)
from plugins.card_management.rules.facts import BLOCKING, Flag
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.rules.register_reasons import Standing

NAMES: Final = (
    Column(name="name", label=_("氏名"), is_fixed=True, mask=NAME),
    Column(name="kana", label=_("氏名カナ"), css="kana", mask=KANA),
    Column(name="born", label=_("生年月日"), css="mono", mask=BORN_ON),
    Column(name="address", label=_("住所"), css="wrap", mask=ADDRESS),
)
REFERENCE: Final = Column(
    name="reference", label=_("交付通知書の番号"), css="mono", is_fixed=True, is_link=True
)


def day(value: Any) -> str:
    """Write a day, or a line where there is none."""
    return short_era_date(value) if value else "—"


def card_state(card: Any) -> Mark:
    """Say where a card is in its life."""
    state = State(card.state)
    return Mark(STATE_MARKS[state], STATE_LABELS[state])


def flag_mark(flag: str) -> Mark:
    """Show a flag: red where it forbids something."""
    return Mark("error" if Flag(flag) in BLOCKING else "wait", FLAG_LABELS[Flag(flag)])


def _standing(view: Any) -> Mark:
    standing = Standing(view.row.standing)
    return Mark(STANDING_MARKS[standing], STANDING_LABELS[standing])


RESIDENTS: Final = Table(
    name="card_management.residents",
    label=_("連携した住民の一覧表"),
    columns=(
        Column(name="code", label=_("住民票コード"), css="mono", is_fixed=True),
        *NAMES,
        Column(name="standing", label=_("住民の状態"), value=_standing, is_fixed=True),
        Column(
            name="reason",
            label=_("異動事由"),
            value=lambda view: REASON_WORDS.get(view.row.reason, "—"),
            sort=("reason",),
        ),
        Column(
            name="changed_on",
            label=_("異動日"),
            value=lambda view: day(view.row.changed_on),
            css="mono",
            sort=("changed_on",),
        ),
        Column(
            name="card_held",
            label=_("カード有無"),
            value=lambda view: {"yes": _("有"), "no": _("無")}.get(view.row.card_held, "—"),
        ),
        Column(
            name="stay_until",
            label=_("在留期限"),
            value=lambda view: day(view.row.stay_until),
            css="mono",
            sort=("stay_until",),
        ),
    ),
    filters=(
        Filter(
            name="standing",
            label=_("住民の状態"),
            choices=[(standing.value, label) for standing, label in STANDING_LABELS.items()],
        ),
        Filter(
            name="reason",
            label=_("異動事由"),
            choices=[(value, word) for value, word in REASON_WORDS.items() if value != "stay"],
        ),
        Filter(
            name="changed_on",
            label=_("異動日（この日以後）"),
            kind="day",
            apply=lambda found, value: found.filter(changed_on__gte=value),
        ),
    ),
    nothing_yet=Empty(
        heading=_("住民の情報はまだありません"),
        advice=_("住民異動のファイルを取り込むと、ここに並びます。連携しなくても、カードの業務はできます。"),
    ),
)

FLAGS: Final = Table(
    name="card_management.flags",
    label=_("異動があるカードの一覧表"),
    columns=(
        REFERENCE,
        *NAMES,
        Column(name="flag", label=_("異動"), value=lambda view: flag_mark(view.row.flag), is_fixed=True),
        Column(
            name="cause",
            label=_("もとの事由"),
            value=lambda view: REASON_WORDS.get(view.row.cause, "—"),
        ),
        Column(
            name="since",
            label=_("異動日"),
            value=lambda view: day(view.row.since),
            css="mono",
            sort=("since",),
        ),
        Column(name="state", label=_("カードの状態"), value=lambda view: card_state(view.row.card)),
    ),
    filters=(
        Filter(
            name="flag",
            label=_("異動"),
            choices=[(flag.value, label) for flag, label in FLAG_LABELS.items()],
        ),
    ),
    link=lambda view: reverse("cards:register_flag", args=[view.row.card_id]),
    paper=on_paper,
    nothing_yet=Empty(
        heading=_("異動があるカードはありません"),
        advice=_("転出・死亡・氏名や住所の変更・在留期限があると、通知と交付の前にここで分かります。"),
    ),
)

UNMATCHED: Final = Table(
    name="card_management.unmatched",
    label=_("本人が決まらないカードの一覧表"),
    columns=(
        REFERENCE,
        *NAMES,
        Column(name="state", label=_("カードの状態"), value=lambda view: card_state(view.row)),
    ),
    link=lambda view: reverse("cards:register_holder", args=[view.id]),
    nothing_yet=Empty(heading=_("本人が決まらないカードはありません")),
)


def _pickup_state(row: Any) -> Mark:
    return Mark(PICKUP_MARKS[row.state], PICKUP_LABELS[row.state])


PICKUPS: Final = Table(
    name="card_management.pickups",
    label=_("取得したファイルの一覧表"),
    columns=(
        Column(name="file_name", label=_("ファイル名"), css="mono", is_fixed=True, is_link=True),
        Column(name="source", label=_("取得元"), value=lambda row: row.source.name),
        Column(
            name="for_day",
            label=_("対象日"),
            value=lambda row: day(row.for_day),
            css="mono",
            sort=("for_day",),
        ),
        Column(name="found_at", label=_("見つけた日時"), css="mono", sort=("found_at",)),
        Column(name="state", label=_("状態"), value=_pickup_state, is_fixed=True),
        Column(
            name="problem",
            label=_("止めた理由"),
            value=lambda row: PROBLEM_WORDS.get(row.problem, "—"),
            css="wrap",
        ),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=list(PICKUP_LABELS.items())),),
    sort="-found_at",
    link=lambda row: reverse("cards:register_file", args=[row.id]),
    nothing_yet=Empty(
        heading=_("取得したファイルはまだありません"), advice=_("取得元を登録すると、自動で見に行きます。")
    ),
)

QUESTIONS: Final = Table(
    name="card_management.postal_questions",
    label=_("郵便番号が決まらないカードの一覧表"),
    columns=(
        REFERENCE,
        NAMES[0],
        NAMES[3],
        Column(
            name="reason",
            label=_("理由"),
            value=lambda view: POSTAL_REASONS.get(view.row.reason, "—"),
            css="wrap",
        ),
        Column(
            name="codes",
            label=_("候補"),
            value=lambda view: "、".join(f"{code[:3]}-{code[3:]}" for code in view.row.codes[:4]) or "—",
            css="mono",
            mask=ADDRESS,
        ),
    ),
    filters=(Filter(name="reason", label=_("理由"), choices=list(POSTAL_REASONS.items())),),
    link=lambda view: reverse("cards:register_postcode", args=[view.id]),
    nothing_yet=Empty(
        heading=_("郵便番号が決まらないカードはありません"),
        advice=_("「郵便番号を調べる」を押すと、郵便番号のないカードを調べます。"),
    ),
)

RENEWALS: Final = Table(
    name="card_management.renewals",
    label=_("更新対象者の一覧表"),
    columns=(
        Column(name="name", label=_("氏名"), is_fixed=True, is_link=True, mask=NAME),
        *NAMES[1:],
        Column(
            name="expires_on",
            label=_("有効期限"),
            value=lambda view: day(view.row.expires_on),
            css="mono",
            sort=("expires_on",),
        ),
        Column(
            name="state",
            label=_("突合せ"),
            value=lambda view: Mark(MATCH_MARKS[view.row.state], MATCH_LABELS[view.row.state]),
            is_fixed=True,
        ),
        Column(
            name="exception",
            label=_("例外"),
            value=lambda view: (
                Mark("error", EXCEPTION_LABELS[view.row.exception]) if view.row.exception else "—"
            ),
        ),
    ),
    filters=(
        Filter(name="state", label=_("突合せ"), choices=list(MATCH_LABELS.items())),
        Filter(name="exception", label=_("例外"), choices=list(EXCEPTION_LABELS.items())),
        Filter(
            name="expires_on",
            label=_("有効期限（この日まで）"),
            kind="day",
            apply=lambda found, value: found.filter(expires_on__lte=value),
        ),
    ),
    sort="expires_on",
    link=lambda view: reverse("cards:register_renewal", args=[view.id]),
    paper=on_paper,
    nothing_yet=Empty(
        heading=_("更新対象者はまだありません"),
        advice=_("更新対象者リストのファイルを取り込むと、作成済みのカードと突き合わせます。"),
    ),
)

ONLY_ISSUED: Final = Table(
    name="card_management.renewals_issued",
    label=_("リストにない更新カードの一覧表"),
    columns=(
        REFERENCE,
        *NAMES,
        Column(name="state", label=_("カードの状態"), value=lambda view: card_state(view.row)),
    ),
    link=lambda view: reverse("cards:show", args=[view.id]),
    paper=on_paper,
    nothing_yet=Empty(heading=_("リストにない更新カードはありません")),
)
