"""What is declared of what comes in."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

READ_QR: Final = "card_management.read_qr"
CHANGE_QR: Final = "card_management.change_qr_profiles"
IMPORT_PRODUCTION: Final = "card_management.import_production"
IMPORT_ADDRESSES: Final = "card_management.import_addresses"
IMPORT_CURRENT: Final = "card_management.import_current_system"
READING: Final = _("カードの受け入れ")

PERMISSIONS: Final = (
    Permission(
        name=READ_QR,
        label=_("交付対象者一覧のQRコードを読み取る"),
        roles=("counter_clerk", "city_admin"),
        function=READING,
    ),
    Permission(
        name=IMPORT_PRODUCTION,
        label=_("個人番号カード作成情報を取り込む"),
        roles=("counter_clerk", "city_admin"),
        function=READING,
    ),
    Permission(
        name=IMPORT_ADDRESSES,
        label=_("住所リストを取り込み、どなたの住所かを決める"),
        roles=("counter_clerk", "city_admin"),
        function=READING,
    ),
    Permission(
        name=CHANGE_QR,
        label=_("QRコードの定義を作る・直す"),
        roles=("city_admin",),
        function=_("取込の準備"),
    ),
    Permission(
        name=IMPORT_CURRENT,
        label=_("現行システムのカードを移行する"),
        roles=("city_admin",),
        function=_("取込の準備"),
    ),
)
AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.qr_read", phrase=_("交付対象者一覧のQRコードを読み取った")),
    AuditPhrase(action="card_management.qr_taken_back", phrase=_("QRコードの読み取りを取り消した")),
    AuditPhrase(action="card_management.qr_shown", phrase=_("QRコードの読み取り結果")),
    AuditPhrase(action="card_management.qr_profile_saved", phrase=_("QRコードの定義を保存した")),
    AuditPhrase(action="card_management.address_chosen", phrase=_("住所をどなたのものか決めた")),
    AuditPhrase(action="card_management.address_left", phrase=_("住所の行を使わないと決めた")),
    AuditPhrase(action="card_management.address_reopened", phrase=_("住所の行の決定を取り消した")),
    AuditPhrase(action="card_management.address_choices", phrase=_("割り当てを待つ住所の一覧")),
)
