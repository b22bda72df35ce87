"""What the room of shelves lets staff do, the words of its acts, and what a city chooses of it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import setting
from madoguchi.hooks.values import AuditPhrase, Permission, TrialData
from plugins.card_management.rules.shelves_counting import Difference
from plugins.card_management.rules.shelves_forwarding import Urgency
from plugins.card_management.rules.shelves_radar import Step

SHELVE: Final = "card_management.shelve_cards"
KEEP: Final = "card_management.keep_shelves"
ASK_DISPOSAL: Final = "card_management.ask_disposal"
DECIDE_DISPOSAL: Final = "card_management.decide_disposal"
DISPOSAL: Final = "card_management.disposal"
STORAGE: Final = _("カードの保管と回送")
CARD: Final = "card_management.card"

PERMISSIONS: Final = (
    Permission(
        name=SHELVE,
        label=_("カードをしまう・引き抜く・回送する"),
        roles=("counter_clerk", "city_admin"),
        function=STORAGE,
    ),
    Permission(name=KEEP, label=_("保管場所と割り当てを決める"), roles=("city_admin",), function=STORAGE),
    Permission(
        name=ASK_DISPOSAL,
        label=_("カードの廃棄を申請する"),
        roles=("counter_clerk", "city_admin"),
        function=STORAGE,
    ),
    Permission(
        name=DECIDE_DISPOSAL, label=_("カードの廃棄を承認する"), roles=("city_admin",), function=STORAGE
    ),
)

HOW_LABELS: Final = {
    "scan": _("読み取り"),
    "rule": _("自動の割り当て"),
    "file": _("取り込んだ保管場所"),
    "out": _("棚から出した"),
}

DIFFERENCE_LABELS: Final = {
    Difference.MISSING: _("見つからない"),
    Difference.MISPLACED: _("別の場所にあった"),
    Difference.EXTRA: _("保管していないはずのカード"),
    Difference.STRANGE: _("読めない・知らないコード"),
}

URGENCY_LABELS: Final = {
    Urgency.LATE: _("間に合わない"),
    Urgency.TODAY: _("今日までに出す"),
    Urgency.AHEAD: _("余裕あり"),
}

PARCEL_LABELS: Final = {
    "packing": _("詰めている"),
    "sent": _("回送中"),
    "received": _("受け取り済み"),
    "dropped": _("取りやめ"),
}

TASK_LABELS: Final = {"put_back": _("棚に戻す"), "recall": _("呼び戻す")}
TASK_REASONS: Final = {
    "cancelled": _("予約が取り消された"),
    "moved": _("予約の日や場所が変わった"),
    "missed": _("来庁がなかった"),
}

STEP_LABELS: Final = {
    Step.LETTER: _("案内の手紙"),
    Step.NUDGE: _("催促"),
    Step.CALL: _("電話"),
    Step.CANDIDATE: _("廃棄の候補"),
}

DISPOSAL_LABELS: Final = {
    "asked": _("承認待ち"),
    "done": _("廃棄済み"),
    "refused": _("取りやめ"),
}

WAYS: Final = (
    ("cut", _("裁断（ICチップを含む）")),
    ("melt", _("溶解・焼却")),
    ("return", _("発行元へ返送")),
)

# A parcel has a number of its own, and a stocktake counts what it found by kind.
_TERMS: Final = {
    "parcel": {"number": _("荷物の番号"), "missing": _("足りない枚数")},
    "stocktake": {kind.value: label for kind, label in DIFFERENCE_LABELS.items()},
}
AUDIT_PHRASES: Final = tuple(
    AuditPhrase(
        action=f"card_management.{action}", phrase=phrase, terms=_TERMS.get(action.partition("_")[0], {})
    )
    for action, phrase in (
        ("spots_made", _("保管場所を作った")),
        ("spot_changed", _("保管場所を変えた")),
        ("spots_ordered", _("棚を回る順番を変えた")),
        ("rule_added", _("割り当ての決まりを加えた")),
        ("rule_removed", _("割り当ての決まりを消した")),
        ("shelved", _("カードを棚に置いた")),
        ("assigned", _("カードに保管場所を割り当てた")),
        ("stocktake_begun", _("棚卸を始めた")),
        ("stocktake_counted", _("箱のカードを数えた")),
        ("stocktake_signed", _("棚卸を締めた")),
        ("stocktake_reopened", _("締めた棚卸を元に戻した")),
        ("stocktake_restarted", _("箱のカードを数え直した")),
        ("stocktake_dropped", _("始めたばかりの棚卸を取りやめた")),
        ("pull_confirmed", _("引き抜きリストを確かめた")),
        ("pull_wrong", _("リストにないカードを読み取った")),
        ("pull_signed", _("引き抜きを終えた")),
        ("parcel_made", _("回送の荷物を作った")),
        ("parcel_packed", _("荷物にカードを入れた")),
        ("parcel_unpacked", _("荷物からカードを出した")),
        ("parcel_sent", _("荷物を送り出した")),
        ("parcel_dropped", _("空の荷物を取りやめた")),
        ("parcel_called_back", _("荷物の送り出しを取り消した")),
        ("parcel_received", _("荷物を受け取った")),
        ("parcel_extra", _("荷物に入っていないはずのカードを読み取った")),
        ("parcel_settled", _("荷物のくい違いを片付けた")),
        ("radar_step", _("受け取りの案内を記録した")),
        ("radar_taken_back", _("受け取りの案内の記録を取り消した")),
        ("disposal_asked", _("カードの廃棄を申請した")),
        ("disposal_done", _("カードの廃棄が承認された")),
        ("disposal_refused", _("カードの廃棄を取りやめた")),
        ("where_is", _("カードの保管場所の検索")),
        ("spot_cards", _("保管場所にあるカード")),
        ("not_located", _("保管場所が決まっていないカードの一覧")),
        ("pull_list", _("引き抜きリスト")),
        ("forwarding_list", _("回送リスト")),
        ("parcel_list", _("荷物のカードの一覧")),
        ("task_list", _("カードを戻す作業の一覧")),
        ("radar_list", _("受取期限の一覧")),
        ("disposal_list", _("廃棄するカードの一覧")),
        ("stocktake_list", _("棚卸の結果")),
    )
)

# Rows that go with their card.
TABLES_OF_CARDS: Final = tuple(
    f"card_management_{table}"
    for table in ("spotmove", "parcelcard", "shelftask", "radaract", "disposalcard")
)
# Emptied before the cards themselves; the others name cards by their keys alone.
TRIAL_DATA: Final = TrialData(
    label=_("カードの保管と回送"),
    tables=(
        *TABLES_OF_CARDS,
        *(
            f"card_management_{table}"
            for table in ("stocktakecount", "stocktake", "pullround", "parcel", "disposal")
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class ShelvesSettings:
    """How long cards wait, what is done meanwhile, and how long they travel."""

    deadline_months: int = setting(
        default=3,
        label=_("受取期限（通知を送ってから何か月か）"),
        help=_("交付通知書を送った日から数えます。1から24までの数で入力してください。"),
        minimum=1,
        maximum=24,
    )
    deadline_counts_resent: bool = setting(
        default=True,
        label=_("通知を再送したら、受取期限を数え直す"),
        help=_("返戻のあとで送り直した日から数えます。"),
    )
    radar_letter_days: int = setting(
        default=30,
        label=_("受取期限の何日前に案内の手紙を送るか"),
        minimum=0,
        maximum=365,
    )
    radar_nudge_days: int = setting(
        default=14, label=_("受取期限の何日前に催促するか"), minimum=0, maximum=365
    )
    radar_call_days: int = setting(
        default=0, label=_("受取期限の何日前に電話をかけるか"), minimum=0, maximum=365
    )
    radar_candidate_days: int = setting(
        default=90,
        label=_("受取期限の何日後に廃棄の候補にするか"),
        help=_("候補になっても、申請と承認（2人）がなければ廃棄しません。"),
        minimum=1,
        maximum=3650,
    )
    forwarding_days: int = setting(
        default=2,
        label=_("カードの回送にかかる日数（開庁日）"),
        help=_("予約の設定に場所ごとの「取り寄せる日数」があるときは、そちらを使います。"),
        minimum=0,
        maximum=20,
    )
    forwarding_horizon: int = setting(
        default=14,
        label=_("何日先の予約まで回送リストに載せるか"),
        minimum=1,
        maximum=60,
    )
