"""Who may check terminals, what is checked, and the words for it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

CHECK = "terminals.check_terminals"

PERMISSIONS = (
    Permission(
        name=CHECK,
        label=_("端末の動作を確認する"),
        roles=("counter_clerk", "call_centre", "city_admin"),
        function=_("端末の動作確認"),
    ),
)

AUDIT_PHRASES = (
    AuditPhrase(action="terminals.checked", phrase=_("端末の動作を確認した"), terms={"terminal": _("端末")}),
)

PARTS = {
    "screen": _("画面・ブラウザー"),
    "network": _("通信"),
    "printer": _("印刷"),
    "barcode": _("バーコードリーダー"),
    "qr": _("QRコードリーダー"),
    "ic": _("ICカードリーダー"),
}
NEEDED = ("screen", "network", "printer")

OUTCOMES = {
    "ok": _("問題なし"),
    "bad": _("問題あり"),
    "unused": _("使わない"),
    "unmeasured": _("測れない"),
    "": _("未確認"),
}

FACTS = {
    "user_agent": _("ブラウザーの名乗り"),
    "javascript": _("JavaScript"),
    "cookies": _("Cookie"),
    "window": _("画面の大きさ"),
    "clock": _("時計のずれ"),
    "letters": _("人名の文字"),
    "address": _("サーバーから見た端末のアドレス"),
    "tls": _("通信の暗号化"),
    "proxy": _("中継（プロキシ）"),
    "round_trip": _("応答の速さ"),
    "download": _("1MBの受信"),
    "ruler": _("定規の長さ"),
    "frame": _("四方の枠線"),
    "text": _("文字"),
    "scanned": _("読み取った文字"),
    "advice": _("気づいたこと"),
    "note": _("メモ"),
}
