"""What is declared of scanned papers and of figures: rights, words, settings."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import setting
from madoguchi.hooks.values import AuditPhrase, Permission
from plugins.card_management.rules import scans_fields as fields

COUNT_FIGURES: Final = "card_management.count_figures"
VIEW_SCANS: Final = "card_management.view_scans"
EDIT_SCANS: Final = "card_management.edit_scans"
MASK_SCANS: Final = "card_management.mask_scans"
VIEW_FIGURES: Final = "card_management.view_figures"
SCANS: Final = _("スキャンした書類")

PERMISSIONS: Final = (
    Permission(
        name=VIEW_SCANS,
        label=_("スキャンした書類を見る"),
        roles=("counter_clerk", "city_admin"),
        function=SCANS,
        access="view",
    ),
    Permission(
        name=EDIT_SCANS,
        label=_("書類をスキャンから取り込み、入力する"),
        roles=("counter_clerk", "city_admin"),
        function=SCANS,
    ),
    Permission(
        name=MASK_SCANS,
        label=_("個人番号が写っていないか確かめ、黒塗りする"),
        roles=("city_admin",),
        function=_("スキャンの黒塗り"),
    ),
    Permission(
        name=VIEW_FIGURES,
        label=_("カードの集計を見る"),
        roles=("counter_clerk", "city_admin"),
        function=_("カードの集計"),
        access="view",
    ),
    Permission(
        name=COUNT_FIGURES,
        label=_("有効期限の見込みを台帳から数え直す"),
        roles=("counter_clerk", "city_admin"),
        function=_("カードの集計"),
    ),
)

SCAN_LABELS: Final = {
    "application": _("交付申請書"),
    "reissue": _("再交付申請書"),
    "lost": _("紛失・廃止届"),
    "change": _("券面記載事項変更届"),
    "pin": _("暗証番号の設定・変更届"),
    "certificate": _("電子証明書の申請書"),
    "agent": _("委任状"),
    "receipt": _("受領書"),
    "other": _("その他の書類"),
}

FIELD_LABELS: Final = {
    fields.NUMBER: _("交付通知書の番号"),
    fields.NAME: _("氏名"),
    fields.KANA: _("氏名カナ"),
    fields.BORN_ON: _("生年月日"),
    fields.WRITTEN_ON: _("書類の日付"),
    fields.NOTE: _("メモ"),
}

FAULT_LABELS: Final = {
    "blank": _("白紙"),
    "skewed": _("傾いている"),
    "faint": _("うすい、または濃すぎる"),
    "coarse": _("粗い"),
    "unreadable": _("読めない"),
}

TROUBLE_LABELS: Final = {
    "wrong_index": _("入力の誤り"),
    "wrong_kind": _("種類の誤り"),
    "missing_page": _("ページの不足"),
    "rescan": _("スキャンのやり直し"),
}

AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.scan_list", phrase=_("スキャンした書類の一覧")),
    AuditPhrase(action="card_management.scan_document", phrase=_("スキャンした書類")),
    AuditPhrase(action="card_management.scan_work", phrase=_("スキャンした書類の入力")),
    AuditPhrase(action="card_management.scan_quality", phrase=_("スキャンの品質の確認")),
    AuditPhrase(action="card_management.scan_numbers", phrase=_("スキャンの個人番号の確認")),
    AuditPhrase(action="card_management.scan_received", phrase=_("スキャンを受け付けた")),
    AuditPhrase(action="card_management.scan_refused", phrase=_("スキャンの受け付けを断った")),
    AuditPhrase(action="card_management.scan_read", phrase=_("スキャンを書類に分けた")),
    AuditPhrase(action="card_management.scan_typed", phrase=_("スキャンした書類を入力した")),
    AuditPhrase(action="card_management.scan_checked", phrase=_("スキャンした書類を2人目が入力した")),
    AuditPhrase(action="card_management.scan_corrected", phrase=_("スキャンした書類の入力を直した")),
    AuditPhrase(action="card_management.scan_stopped", phrase=_("誤りが多いため全件確認にした")),
    AuditPhrase(action="card_management.scan_turned", phrase=_("スキャンのページを回転した")),
    AuditPhrase(action="card_management.scan_split", phrase=_("スキャンした書類を分けた")),
    AuditPhrase(action="card_management.scan_joined", phrase=_("スキャンした書類をつないだ")),
    AuditPhrase(action="card_management.scan_page_removed", phrase=_("スキャンのページを除いた")),
    AuditPhrase(action="card_management.scan_reported", phrase=_("スキャンした書類を品質の確認に回した")),
    AuditPhrase(action="card_management.scan_settled", phrase=_("スキャンの品質の確認を終えた")),
    AuditPhrase(action="card_management.scan_cleared", phrase=_("個人番号がないことを確かめた")),
    AuditPhrase(action="card_management.scan_masked", phrase=_("個人番号を黒塗りした")),
    AuditPhrase(action="card_management.figures_taken", phrase=_("カードの集計を出力した")),
    AuditPhrase(action="card_management.expiry_counted", phrase=_("有効期限を数えた")),
)


@dataclass(frozen=True, kw_only=True)
class ScansSettings:
    """How paper becomes documents that can be found."""

    scans_check_percent: int = setting(
        default=10,
        label=_("スキャンの入力を2人目が確かめる割合（%）"),
        help=_("選ばれた書類は、別の職員がもう一度入力して比べます。0から100までの数で入力してください。"),
        minimum=0,
        maximum=100,
    )
    scans_error_permille: int = setting(
        default=10,
        label=_("スキャンの入力で許す誤りの割合（1000項目あたり）"),
        help=_(
            "これより誤りが多い束は、すべての書類を2人目が確かめます。1から200までの数で入力してください。"
        ),
        minimum=1,
        maximum=200,
    )
    scans_planned_pages: int = setting(
        default=0,
        label=_("電子化する紙の枚数（全体）"),
        help=_("進み具合と必要な容量の見込みに使います。わからないときは0にします。"),
        minimum=0,
        maximum=10_000_000,
    )
    scans_watch_folder: bool = setting(
        default=False,
        label=_("スキャンの受け渡しフォルダーを見張る"),
        help=_("スキャナーが置いたファイルを5分ごとに取り込みます。フォルダーは運用の担当が用意します。"),
    )
