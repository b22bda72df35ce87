from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

IMPORT_FILES: Final = "exchange.import_files"
CHANGE_PROFILES: Final = "exchange.change_profiles"
OVERRIDE_STOPS: Final = "exchange.override_stops"
FILES: Final = _("ファイルの取り込み")

PERMISSIONS: Final = (
    Permission(
        name=IMPORT_FILES,
        label=_("ファイルを取り込む"),
        roles=("counter_clerk", "city_admin"),
        function=FILES,
    ),
    Permission(
        name=CHANGE_PROFILES,
        label=_("取込定義を作る・直す"),
        roles=("city_admin",),
        function=_("取込定義"),
    ),
    Permission(
        name=OVERRIDE_STOPS,
        label=_("安全のため止まった取込を、理由を書いて進める"),
        roles=("city_admin",),
        function=_("止まった取込"),
    ),
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
            "real_people": _("試行中に実在の人と思われる行"),
            "cut": _("途中で切れている"),
            "bad_byte": _("読めない文字"),
            "excel": _("Excelのファイル"),
            "packed": _("圧縮ファイル"),
            "utf-16": _("文字コード違い"),
            "euc_jp": _("文字コード違い"),
            "long_line": _("長すぎる行"),
            "slow": _("読み取りに時間がかかりすぎる"),
            "personal_columns": _("個人情報の列"),
            "disabled": _("この自治体では取り込まない種類"),
        },
    ),
    AuditPhrase(
        action="exchange.stop_passed",
        phrase=_("止まった取込を、理由を書いて進めた"),
        terms={"mass_change": _("一度に多くの変更"), "mass_removal": _("一度に多くの削除")},
    ),
    AuditPhrase(action="exchange.profile_saved", phrase=_("取込定義を保存した")),
    AuditPhrase(action="exchange.profile_switched_on", phrase=_("取込定義を使えるようにした")),
    AuditPhrase(action="exchange.profile_switched_off", phrase=_("取込定義を使わないようにした")),
    AuditPhrase(action="exchange.apply_asked", phrase=_("取込を始めた")),
    AuditPhrase(action="exchange.applied", phrase=_("ファイルを取り込んだ")),
    AuditPhrase(action="exchange.worker_lost", phrase=_("止まった取込を見つけ、元に戻した")),
    AuditPhrase(action="exchange.undone", phrase=_("取込を取り消した")),
    AuditPhrase(action="exchange.discarded", phrase=_("取込ファイルを破棄した")),
    AuditPhrase(
        action="web.upload_refused",
        phrase=_("送られたファイルを断った"),
        terms={
            "threat": _("見つかったもの"),
            "infected": _("ウイルス"),
            "unchecked": _("ウイルスの検査ができない"),
            "my_number": _("マイナンバーらしい数字"),
            "packed": _("圧縮ファイル"),
            "nested_archive": _("圧縮ファイルの中の圧縮ファイル"),
            "unpacks_too_large": _("開くと大きくなりすぎる"),
            "too_many_parts": _("部品が多すぎる"),
            "damaged": _("壊れている"),
            "huge_picture": _("大きすぎる画像"),
            "long_line": _("長すぎる行"),
            "many_lines": _("多すぎる行"),
        },
    ),
    AuditPhrase(action="vault.seal_broken", phrase=_("保存されたデータを開けなかった")),
)
