"""What staff may do with the register, postal codes and renewals, the words of it, and a city's choices."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import setting
from madoguchi.hooks.values import AuditPhrase, Permission, TrialData
from plugins.card_management.rules.register_reasons import WORDS, Standing

VIEW_REGISTER: Final = "card_management.view_register"
IMPORT_REGISTER: Final = "card_management.import_register"
KEEP_SOURCES: Final = "card_management.keep_file_sources"
CLEAR_FLAGS: Final = "card_management.clear_flags"
CHOOSE_POSTCODES: Final = "card_management.choose_postcodes"
MATCH_RENEWALS: Final = "card_management.match_renewals"
REGISTER: Final = _("住民登録との連携")

PERMISSIONS: Final = (
    Permission(
        name=VIEW_REGISTER,
        label=_("連携した住民の情報を見る"),
        roles=("counter_clerk", "city_admin"),
        function=REGISTER,
        access="view",
    ),
    Permission(
        name=IMPORT_REGISTER,
        label=_("住民異動・更新対象者のファイルを取り込む"),
        roles=("counter_clerk", "city_admin"),
        function=REGISTER,
    ),
    Permission(
        name=KEEP_SOURCES, label=_("ファイルの取得元を決める"), roles=("city_admin",), function=REGISTER
    ),
    Permission(
        name=CLEAR_FLAGS,
        label=_("異動の印を消す・本人を決める"),
        roles=("city_admin",),
        function=REGISTER,
    ),
    Permission(
        name=CHOOSE_POSTCODES,
        label=_("郵便番号を決める"),
        roles=("counter_clerk", "city_admin"),
        function=REGISTER,
    ),
    Permission(
        name=MATCH_RENEWALS,
        label=_("更新対象者を突き合わせる"),
        roles=("counter_clerk", "city_admin"),
        function=REGISTER,
    ),
)

STANDING_LABELS: Final = {
    Standing.PRESENT: _("住民"),
    Standing.MOVED_OUT: _("転出"),
    Standing.DIED: _("死亡"),
    Standing.REMOVED: _("消除"),
}
STANDING_MARKS: Final = {
    Standing.PRESENT: "ok",
    Standing.MOVED_OUT: "error",
    Standing.DIED: "error",
    Standing.REMOVED: "error",
}
REASON_WORDS: Final = {reason.value: word for reason, word in WORDS.items()} | {"stay": "在留期限"}

PROTOCOLS: Final = (
    ("sftp", _("SFTP（暗号化あり）")),
    ("smb", _("SMB（Windowsの共有フォルダー。暗号化あり）")),
    ("ftp", _("FTP（暗号化なし。庁内の閉じた網だけ）")),
    ("folder", _("このサーバーのフォルダー")),
)
DONE_RULES: Final = (
    ("marker", _("完了の印のファイルがあれば取り込む")),
    ("stable", _("前回の確認から大きさと日時が変わらなければ取り込む")),
)
EXPECTED: Final = (
    ("never", _("決まっていない")),
    ("workdays", _("平日は毎日")),
    ("daily", _("毎日")),
)

PICKUP_LABELS: Final = {
    "checking": _("確認中"),
    "waiting": _("取込待ち"),
    "applying": _("取込中"),
    "applied": _("取込済み"),
    "stopped": _("止めました"),
    "discarded": _("破棄"),
}
PICKUP_MARKS: Final = {
    "checking": "wait",
    "waiting": "wait",
    "applying": "wait",
    "applied": "done",
    "stopped": "error",
    "discarded": "none",
}
# Why a file was stopped, and what to do.
PROBLEM_WORDS: Final = {
    "checksum": _("チェックサムが合いません。途中までのファイルかもしれません。もう一度書き出してください。"),
    "twice": _("前に取り込んだファイルと同じ内容です。書き出しが更新されているか確かめてください。"),
    "replaced": _("同じ日のファイルを、前に取り込んでいます。差し替えか確かめてください。"),
    "future": _("ファイル名の日付が先の日になっています。ファイル名を確かめてください。"),
    "gap": _("連番が飛んでいます。間のファイルが届いているか確かめてください。"),
    "old": _("取り込み済みの連番より前のファイルです。古い内容で上書きしないか確かめてください。"),
    "no_number": _("ファイル名に連番がありません。ファイル名のきまりを確かめてください。"),
    "too_large": _("ファイルが大きすぎます（200MBまで）。分けて書き出してください。"),
    "refused": _("このファイルは読めません。書き出し元で作り直してください。"),
    "guard": _("取込の安全装置が止めました。"),
    "interrupted": _("取込が途中で止まりました。何も保存されていません。もう一度取り込んでください。"),
    "lines": _("読めない行があります。取込の画面で行と理由を確かめてください。"),
}
# Why a place cannot be used, and what to do.
TROUBLE_WORDS: Final = {
    "host_unknown": _("サーバー名が見つかりません。名前を確かめてください。"),
    "network": _("このサーバーへの接続は許可されていません。システムの運用担当に依頼してください。"),
    "unreachable": _("サーバーにつながりません。サーバーとネットワークを確かめてください。"),
    "sign_in": _("ユーザー名かパスワード（鍵）がちがいます。"),
    "not_found": _("フォルダーが見つかりません。フォルダー名を確かめてください。"),
    "forbidden": _("フォルダーを読む権限がありません。"),
    "host_key_unknown": _("初めてのサーバーです。下の鍵の指紋を確かめて、登録してください。"),
    "host_key_changed": _(
        "サーバーの鍵が、登録した鍵とちがいます。なりすましのおそれがあるため、接続しません。"
    ),
    "names": _(
        "フォルダーかファイルの名前を読めません。フォルダー名と、ファイル名の文字コード（UTF-8）を確かめてください。"
    ),
    "smb_encryption": _(
        "サーバーがSMB 3の暗号化に対応していません。"
        "サーバーの担当者に、暗号化を使えるようにするよう依頼してください。"
    ),
    "elsewhere": _("フォルダーの実体が別のサーバーにあります。実体のあるサーバーを直接登録してください。"),
    "private_key": _("秘密鍵として読めません。PEM形式の鍵を入力してください。"),
    "crowded": _("フォルダーのファイルが多すぎます（5,000個まで）。古いファイルを片付けてください。"),
    "outside": _("市のフォルダーの外は指定できません。"),
    "no_folder": _("このサーバーには、市のフォルダーが用意されていません。運用担当に依頼してください。"),
    "name": _("ファイル名に使えない文字があります。"),
    "protocol": _("接続の方法を選んでください。"),
    "too_large": _("ファイルが大きすぎます（200MBまで）。"),
}
POSTAL_REASONS: Final = {
    "town": _("町名の後の地名が、データと合うか確かめてください"),
    "part": _("同じ町名に郵便番号が2つ以上あります"),
    "municipality": _("市町村が決まりません"),
    "unknown": _("町名がデータにありません"),
    "empty": _("住所がありません"),
}
MATCH_LABELS: Final = {
    "both": _("一致"),
    "only_list": _("対象者リストだけ"),
    "conflict": _("くい違い"),
}
MATCH_MARKS: Final = {"both": "ok", "only_list": "wait", "conflict": "error"}
EXCEPTION_LABELS: Final = {
    "died": _("死亡"),
    "moved": _("転出・消除"),
    "expired": _("有効期限切れ"),
}

AUDIT_PHRASES: Final = tuple(
    AuditPhrase(action=f"card_management.{action}", phrase=phrase)
    for action, phrase in (
        ("flags_kept", _("住民登録の異動をカードに反映した")),
        ("flag_cleared", _("異動の印を消した")),
        ("flag_restored", _("消した異動の印を戻した")),
        ("holder_chosen", _("カードの本人を決めた")),
        ("file_source_added", _("ファイルの取得元を加えた")),
        ("file_source_changed", _("ファイルの取得元を変えた")),
        ("file_source_removed", _("ファイルの取得元を消した")),
        ("file_source_trusted", _("ファイルサーバーの鍵を登録した")),
        ("file_accepted", _("止まったファイルを取り込むと決めた")),
        ("file_discarded", _("止まったファイルを破棄した")),
        ("postcode_chosen", _("郵便番号を決めた")),
        ("postcode_forgotten", _("決めた郵便番号を消した")),
        ("postcodes_found", _("住所から郵便番号を記録した")),
        ("renewal_settled", _("更新対象者の突合せを決めた")),
        ("resident_list", _("連携した住民の一覧")),
        ("flag_list", _("異動があるカードの一覧")),
        ("flag_page", _("カードの異動の確認")),
        ("holder_page", _("カードの本人の確認")),
        ("postal_list", _("郵便番号が決まらないカードの一覧")),
        ("postal_page", _("郵便番号の確認")),
        ("renewal_list", _("更新対象者の一覧")),
        ("renewal_page", _("更新対象者の確認")),
        ("resident_of_card", _("カードの本人の住民情報")),
    )
)

# What goes with a card.
TABLES_OF_CARDS: Final = ("card_management_flagmark", "card_management_postalquestion")

# Emptied before the cards themselves.
TRIAL_DATA: Final = TrialData(
    label=_("住民登録の連携と更新対象者"),
    tables=tuple(
        f"card_management_{table}"
        for table in (
            "postalquestion",
            "renewaltarget",
            "flagmark",
            "cardresident",
            "resident",
            "quarantinepiece",
            "filepickup",
        )
    ),
)


@dataclass(frozen=True, kw_only=True)
class RegisterSettings:
    """When the register warns."""

    stay_warning_days: int = setting(
        default=60,
        label=_("在留期限の何日前から注意を出すか"),
        help=_("期限を過ぎたカードは、通知の印刷と交付を止めます。"),
        minimum=0,
        maximum=365,
    )
