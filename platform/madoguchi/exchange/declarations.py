from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

IMPORT_FILES: Final = "exchange.import_files"

PERMISSIONS: Final = (
    Permission(name=IMPORT_FILES, label=_("ファイルを取り込む"), roles=("counter_clerk", "city_admin")),
)

AUDIT_PHRASES: Final = (
    AuditPhrase(action="exchange.uploaded", phrase=_("取込ファイルを受け取った")),
    AuditPhrase(action="exchange.import_preview", phrase=_("取込の確認")),
    AuditPhrase(
        action="exchange.refused",
        phrase=_("取込ファイルを断った"),
        terms={
            "empty": _("空のファイル"),
            "binary": _("文字のファイルではない"),
            "too_large": _("大きすぎる"),
            "encoding": _("文字コード違い"),
            "layout": _("列の違い"),
            "my_number": _("マイナンバーらしい数字"),
            "cut": _("途中で切れている"),
            "bad_byte": _("読めない文字"),
        },
    ),
    AuditPhrase(action="exchange.apply_asked", phrase=_("取込を始めた")),
    AuditPhrase(action="exchange.applied", phrase=_("ファイルを取り込んだ")),
    AuditPhrase(action="exchange.undone", phrase=_("取込を取り消した")),
    AuditPhrase(action="exchange.discarded", phrase=_("取込ファイルを破棄した")),
)
