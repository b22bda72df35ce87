"""What is declared of forms and letters: rights, words, and the layouts with which a city begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import setting
from madoguchi.hooks.values import AuditPhrase, Permission
from plugins.card_management.declarations.ledger import FLAG_LABELS
from plugins.card_management.rules import forms_drawn, forms_posted
from plugins.card_management.rules.forms_layout import Layout

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VIEW_FORMS: Final = "card_management.view_forms"
MAKE_FORMS: Final = "card_management.make_forms"
PRINT_LETTERS: Final = "card_management.print_letters"
CHANGE_LAYOUTS: Final = "card_management.change_layouts"
FORMS: Final = _("申請書と通知書")

PERMISSIONS: Final = (
    Permission(
        name=VIEW_FORMS,
        label=_("作った申請書と、通知の印刷の記録を見る"),
        roles=("counter_clerk", "city_admin"),
        function=FORMS,
        access="view",
    ),
    Permission(
        name=MAKE_FORMS,
        label=_("申請書を作る・直す・署名を付ける"),
        roles=("counter_clerk", "city_admin"),
        function=FORMS,
    ),
    Permission(
        name=PRINT_LETTERS,
        label=_("通知書・宛名をまとめて印刷する"),
        roles=("counter_clerk", "city_admin"),
        function=FORMS,
    ),
    Permission(
        name=CHANGE_LAYOUTS,
        label=_("申請書・通知書の様式を直す"),
        roles=("city_admin",),
        function=FORMS,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A form or a letter of this house: its name, and the layout with which a city begins."""

    key: str
    title: "str | _StrPromise"
    draw: Callable[[], Layout]
    is_letter: bool = False
    notes_sending: bool = False
    hint: "str | _StrPromise" = ""


SORTS: Final = {
    sort.key: sort
    for sort in (
        Sort(
            key="application",
            title=_("交付申請書（新規・更新・再交付）"),
            draw=forms_drawn.application,
            hint=_("カードを新しく作る、期限の前に更新する、なくして作り直すとき"),
        ),
        Sort(
            key="certificate",
            title=_("電子証明書 発行・更新申請書"),
            draw=forms_drawn.certificate,
            hint=_("電子証明書の期限が来た、住所が変わって失効したとき"),
        ),
        Sort(
            key="pin",
            title=_("暗証番号 変更・初期化申請書"),
            draw=forms_drawn.pin,
            hint=_("暗証番号を忘れた、間違えて使えなくなったとき"),
        ),
        Sort(
            key="change",
            title=_("券面記載事項変更届"),
            draw=forms_drawn.change,
            hint=_("住所や氏名が変わり、カードに書き足すとき"),
        ),
        Sort(
            key="lost",
            title=_("紛失・発見・返納届"),
            draw=forms_drawn.lost,
            hint=_("カードをなくした、見つかった、返すとき"),
        ),
        Sort(
            key="notice",
            title=_("交付通知書（窓あき封筒用）"),
            draw=forms_posted.notice,
            is_letter=True,
            notes_sending=True,
        ),
        Sort(
            key="nudge", title=_("受け取りのお願い（窓あき封筒用）"), draw=forms_posted.nudge, is_letter=True
        ),
        Sort(key="envelope", title=_("封筒（長形3号）"), draw=forms_posted.envelope, is_letter=True),
        Sort(key="label", title=_("宛名ラベル（A4・12面）"), draw=forms_posted.labels, is_letter=True),
    )
}
FORM_SORTS: Final = tuple(sort for sort in SORTS.values() if not sort.is_letter)
LETTER_SORTS: Final = tuple(sort for sort in SORTS.values() if sort.is_letter)
TITLES: Final = {sort.key: sort.title for sort in SORTS.values()}

SOURCE_LABELS: Final = {
    "chip": _("ICチップ"),
    "register": _("住民登録"),
    "ledger": _("台帳"),
    "city": _("自治体の設定"),
    "form": _("様式"),
    "typed": _("職員が入力"),
    "": _("空欄"),
}
PROBLEM_LABELS: Final = {
    "missing": _("情報がありません。空欄のまま印刷します。"),
    "conflict": _("情報が食い違っています。どちらを使うか選んでください。選ぶまで空欄です。"),
    "unknown_word": _("選択肢にない内容です。選び直してください。選ぶまで空欄です。"),
}
REASON_LABELS: Final = {
    **{flag.value: label for flag, label in FLAG_LABELS.items()},
    "state": _("受け取りを待っているカードではない"),
    "no_name": _("氏名がない"),
    "no_address": _("住所がない"),
    "no_postcode": _("郵便番号がない"),
    "too_long": _("宛名や番号が枠に入りきらない"),
    "rare": _("印刷できない文字（外字）がある"),
    "other_place": _("担当する場所のカードではない"),
}
ORDERS: Final = (
    ("postcode", _("郵便番号の順")),
    ("kana", _("氏名カナの順")),
    ("reference", _("番号の順")),
)

AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.form_made", phrase=_("申請書を作った"), terms=TITLES),
    AuditPhrase(action="card_management.form_corrected", phrase=_("申請書を直した"), terms=TITLES),
    AuditPhrase(action="card_management.form_signed", phrase=_("申請書に署名の画像を付けた")),
    AuditPhrase(action="card_management.form_list", phrase=_("申請書の一覧")),
    AuditPhrase(action="card_management.form_detail", phrase=_("申請書の内容")),
    AuditPhrase(action="card_management.form_begun", phrase=_("申請書の作成")),
    AuditPhrase(action="card_management.form_printed", phrase=_("申請書の印刷")),
    AuditPhrase(action="card_management.form_taken_out", phrase=_("申請書のデータの書き出し")),
    AuditPhrase(action="card_management.letters_printed", phrase=_("通知書・宛名を作った"), terms=TITLES),
    AuditPhrase(
        action="card_management.letters_undone", phrase=_("通知書の送付の記録を取り消した"), terms=TITLES
    ),
    AuditPhrase(action="card_management.letters_shown", phrase=_("通知書・宛名の印刷")),
    AuditPhrase(action="card_management.letters_lines", phrase=_("通知書から除いたカードの一覧")),
    AuditPhrase(action="card_management.letters_forgotten", phrase=_("古い通知書のPDFを消した")),
    AuditPhrase(action="card_management.layout_changed", phrase=_("様式を新しい版にした"), terms=TITLES),
)


@dataclass(frozen=True, kw_only=True)
class FormsSettings:
    """What stands on letters besides the words of their layouts."""

    letters_sender: str = setting(
        default="",
        label=_("通知書の差出人"),
        help=_("郵便番号・住所・課の名前など。空のときは、自治体名と問い合わせ先の課を印刷します。"),
        format="lines",
        maximum=200,
        is_of_one_city=True,
    )
    letters_link: str = setting(
        default="",
        label=_("通知書に印刷する予約ページのアドレス"),
        help=_("空のときは、住民向けページのアドレスを印刷します。"),
        format="url",
        maximum=200,
    )
