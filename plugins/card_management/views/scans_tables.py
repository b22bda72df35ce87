"""The lists of scanned papers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management.declarations.scans import SCAN_LABELS, TROUBLE_LABELS

STATES = {
    "blank": ("wait", _("入力待ち")),
    "entered": ("wait", _("2人目の確認待ち")),
    "conflict": ("error", _("不一致")),
    "done": ("done", _("完了")),
}
BATCH_STATES = {
    "received": ("wait", _("読取待ち")),
    "open": ("ok", _("入力中")),
    "stopped": ("error", _("全件確認中")),
    "done": ("done", _("完了")),
    "failed": ("error", _("読取不可")),
}


def state_of(row: Any) -> Mark:
    """Say how far a document is; one with a trouble says so first."""
    if row.trouble:
        return Mark("error", TROUBLE_LABELS[row.trouble])
    return Mark(*STATES[row.state])


def batch_state(row: Any) -> Mark:
    """Say how far a batch is."""
    return Mark(*BATCH_STATES[row.state])


def _kind(row: Any) -> Any:
    return SCAN_LABELS.get(row.kind, row.kind)


def _born(row: Any) -> object:
    return short_era_date(row.born_day) if row.born_day else ""


def _share(row: Any) -> str:
    return f"{100 * row.fields_wrong / row.fields_checked:.1f}%" if row.fields_checked else "—"


DOCUMENTS = Table(
    name="card_management.scans",
    label=_("スキャンした書類の一覧"),
    columns=(
        Column(name="kind", label=_("種類"), value=_kind, is_fixed=True, is_link=True),
        Column(name="number", label=_("交付通知書の番号"), css="mono"),
        Column(name="name", label=_("氏名"), mask=NAME),
        Column(name="kana", label=_("氏名カナ"), css="kana", mask=KANA),
        Column(name="born_on", label=_("生年月日"), value=_born, css="mono", mask=BORN_ON),
        Column(name="written_on", label=_("書類の日付"), sort=("written_on", "id"), css="mono"),
        Column(name="pages", label=_("ページ"), css="num"),
        Column(name="batch_title", label=_("束"), is_shown=False),
        Column(name="created_at", label=_("取込日時"), sort=("created_at", "id"), css="mono"),
        Column(name="state", label=_("状態"), value=state_of, is_fixed=True),
    ),
    filters=(
        Filter(name="number", label=_("交付通知書の番号"), kind="text"),
        Filter(name="kana", label=_("氏名カナ"), kind="text", mask=KANA, hint=_("姓だけでも")),
        Filter(name="born_on", label=_("生年月日"), kind="text", mask=BORN_ON),
        Filter(name="kind", label=_("種類"), choices=list(SCAN_LABELS.items())),
        Filter(name="state", label=_("状態"), choices=[(key, label) for key, (_k, label) in STATES.items()]),
        Filter(name="from", label=_("書類の日付から"), kind="day"),
        Filter(name="until", label=_("書類の日付まで"), kind="day"),
    ),
    sort="-created_at",
    link=lambda row: reverse("cards:scans_document", args=[row.id]),
    paper=on_paper,
    nothing_yet=Empty(
        heading=_("スキャンした書類はまだありません"),
        advice=_("「スキャンを取り込む」から、スキャナーで保存したファイルを選んでください。"),
    ),
)

BATCHES = Table(
    name="card_management.scan_batches",
    label=_("スキャンの束の一覧"),
    columns=(
        Column(
            name="uploaded_at", label=_("受付日時"), sort=("uploaded_at", "id"), css="mono", is_fixed=True
        ),
        Column(name="title", label=_("束の名前"), sort=("title", "id"), is_fixed=True, is_link=True),
        Column(name="kind", label=_("種類"), value=_kind),
        Column(name="state", label=_("状態"), value=batch_state, is_fixed=True),
        Column(name="documents", label=_("書類"), css="num", has_total=True),
        Column(name="pages", label=_("ページ"), css="num", has_total=True),
        Column(name="error_share", label=_("誤りの割合"), value=_share, css="num"),
        Column(name="file_name", label=_("ファイル"), is_shown=False),
        Column(name="uploaded_by_name", label=_("担当"), sort=("uploaded_by_name", "id")),
    ),
    filters=(
        Filter(
            name="state", label=_("状態"), choices=[(key, label) for key, (_k, label) in BATCH_STATES.items()]
        ),
    ),
    search=("title", "file_name", "uploaded_by_name"),
    search_label=_("束の名前・ファイル・担当"),
    sort="-uploaded_at",
    link=lambda row: reverse("cards:scans_batch", args=[row.id]),
    paper=on_paper,
    nothing_yet=Empty(heading=_("束はまだありません"), advice=_("上の欄からファイルを選んでください。")),
)
