"""What is declared of the cards themselves: rights, words, columns that can be kept back."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.hooks.values import AuditPhrase, MaskableColumn, Permission
from plugins.card_management.rules.facts import Fact, Flag, Kind
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.rules.progress import Step

VIEW_CARDS: Final = "card_management.view_cards"
MOVE_CARDS: Final = "card_management.move_cards"
IMPORT_NOTICES: Final = "card_management.import_notices"
VIEW_NOTES: Final = "card_management.view_notes"
WRITE_NOTES: Final = "card_management.write_notes"
ADDRESS: Final = "card_management.address"
CARDS: Final = _("カード")
NOTES: Final = _("カードの申し送り")

PERMISSIONS: Final = (
    Permission(
        name=VIEW_CARDS,
        label=_("カードを見る"),
        roles=("counter_clerk", "city_admin"),
        function=CARDS,
        access="view",
    ),
    Permission(
        name=MOVE_CARDS,
        label=_("カードの状態を変える・交付する"),
        roles=("counter_clerk", "city_admin"),
        function=CARDS,
    ),
    Permission(
        name=IMPORT_NOTICES,
        label=_("交付通知書一覧を取り込む"),
        roles=("counter_clerk", "city_admin"),
        function=CARDS,
    ),
    Permission(
        name=VIEW_NOTES,
        label=_("カードの申し送り・備考を見る"),
        roles=("counter_clerk", "city_admin"),
        function=NOTES,
        access="view",
    ),
    Permission(
        name=WRITE_NOTES,
        label=_("カードの申し送り・備考を書く"),
        roles=("counter_clerk", "city_admin"),
        function=NOTES,
    ),
)

# Letters that stay where a role shortens a column: a surname, a town, a shelf.
MASKABLE_COLUMNS: Final = (
    MaskableColumn(name=NAME, label=_("氏名")),
    MaskableColumn(name=KANA, label=_("氏名カナ")),
    MaskableColumn(name=BORN_ON, label=_("生年月日"), kept=0),
    MaskableColumn(name=ADDRESS, label=_("住所"), kept=6),
    MaskableColumn(name=STORAGE, label=_("保管場所"), kept=0),
)

STATE_LABELS: Final = {
    State.EXPECTED: _("作成中"),
    State.ARRIVED: _("受入済み"),
    State.STORED: _("保管中"),
    State.PULLED: _("引抜済み"),
    State.IN_TRANSIT: _("回送中"),
    State.READY: _("交付準備済み"),
    State.HANDED_OVER: _("交付済み"),
    State.REDO: _("不備・再手続き"),
    State.WITHDRAWN: _("取りやめ・返納"),
    State.DISPOSED: _("廃棄済み"),
}
# The kind of mark in which a state is shown.
STATE_MARKS: Final = {
    State.EXPECTED: "none",
    State.ARRIVED: "wait",
    State.STORED: "ok",
    State.PULLED: "wait",
    State.IN_TRANSIT: "wait",
    State.READY: "ok",
    State.HANDED_OVER: "done",
    State.REDO: "error",
    State.WITHDRAWN: "none",
    State.DISPOSED: "none",
}
KIND_LABELS: Final = {
    Kind.NEW: _("新規"),
    Kind.RENEWAL: _("更新"),
    Kind.REISSUE: _("再交付"),
    Kind.OTHER: _("その他"),
}
FLAG_LABELS: Final = {
    Flag.MOVED_OUT: _("転出"),
    Flag.DIED: _("死亡"),
    Flag.REMOVED: _("住民票の消除"),
    Flag.NAME_CHANGED: _("氏名変更"),
    Flag.ADDRESS_CHANGED: _("住所変更"),
    Flag.STAY_EXPIRED: _("在留期間満了"),
    Flag.STAY_ENDS_SOON: _("在留期間の満了が近い"),
    Flag.WITHDRAWN: _("交付取りやめ"),
}
FACT_LABELS: Final = {
    Fact.KIND: _("カードの種類"),
    Fact.BATCH: _("納品の回"),
    Fact.VISIT: _("来庁"),
    Fact.RECEIVED_ON: _("カード受領日"),
    Fact.NOTICE_SENT_ON: _("通知書送付日"),
    Fact.NOTICE_RETURNED_ON: _("通知書返戻日"),
    Fact.NOTICE_RESENT_ON: _("通知書再送日"),
    Fact.DEADLINE_ON: _("受取期限"),
    Fact.HANDED_OVER_ON: _("交付日"),
}
ACTION_LABELS: Final = {
    Action.RECEIVE: _("受入済みにする"),
    Action.STORE: _("保管する"),
    Action.PULL: _("引き抜く"),
    Action.SEND: _("回送に出す"),
    Action.TAKE_IN: _("回送を受け入れる"),
    Action.MAKE_READY: _("交付準備済みにする"),
    Action.PUT_BACK: _("保管に戻す"),
    Action.HAND_OVER: _("交付済みにする"),
    Action.TAKE_BACK: _("交付を取り消す"),
    Action.MARK_REDO: _("不備・再手続きにする"),
    Action.RESUME: _("不備を解消する"),
    Action.WITHDRAW: _("取りやめ・返納にする"),
    Action.REOPEN: _("取りやめを取り消す"),
    Action.DISPOSE: _("廃棄する"),
    Action.UNDO: _("操作を取り消す"),
}

STEP_LABELS: Final = {
    Step.MAKING: _("作成中"),
    Step.NOTICE_WAITS: _("通知書の送付待ち"),
    Step.NOTICE_SENT: _("通知書送付済み"),
    Step.BOOKED: _("予約済み"),
    Step.PULLED: _("引抜済み"),
    Step.FORWARDED: _("回送中"),
    Step.READY: _("交付準備済み"),
    Step.ISSUED: _("交付済み"),
    Step.REDO: _("不備・再手続き"),
    Step.RETURNED: _("通知書返戻"),
    Step.EXPIRED: _("受取期限切れ"),
    Step.ABSENT: _("来庁なし"),
    Step.STOPPED: _("終了"),
}
STEP_MARKS: Final = {
    Step.MAKING: "none",
    Step.NOTICE_WAITS: "wait",
    Step.NOTICE_SENT: "wait",
    Step.BOOKED: "ok",
    Step.PULLED: "ok",
    Step.FORWARDED: "wait",
    Step.READY: "ok",
    Step.ISSUED: "done",
    Step.REDO: "error",
    Step.RETURNED: "error",
    Step.EXPIRED: "error",
    Step.ABSENT: "error",
    Step.STOPPED: "none",
}
# The columns of the printed ledger, in their order.
LEDGER_COLUMNS: Final = (
    ("reference", _("交付通知書の番号")),
    ("name", _("氏名")),
    ("kana", _("氏名カナ")),
    ("born", _("生年月日")),
    ("address", _("住所")),
    ("kind", _("種類")),
    ("state", _("状態")),
    ("site", _("所在")),
    ("storage", _("保管場所")),
    ("arrived_on", _("到着日")),
    ("notice_sent_on", _("通知書送付日")),
    ("reserved_at", _("来庁予約")),
    ("deadline_on", _("受取期限")),
    ("handed_over_on", _("交付日")),
    ("flags", _("住民登録の異動")),
)
LEDGER_USUAL: Final = (
    "reference",
    "name",
    "born",
    "kind",
    "state",
    "storage",
    "arrived_on",
    "notice_sent_on",
    "handed_over_on",
)
STATE_WORDS: Final = {state.value: label for state, label in STATE_LABELS.items()}
_FACT_WORDS: Final = {
    **{fact.value: label for fact, label in FACT_LABELS.items()},
    **{kind.value: label for kind, label in KIND_LABELS.items()},
}
_DONE: Final = {
    Action.RECEIVE: _("カードを受入済みにした"),
    Action.STORE: _("カードを保管した"),
    Action.PULL: _("カードを引き抜いた"),
    Action.SEND: _("カードを回送に出した"),
    Action.TAKE_IN: _("回送されたカードを受け入れた"),
    Action.MAKE_READY: _("カードを交付準備済みにした"),
    Action.PUT_BACK: _("カードを保管に戻した"),
    Action.HAND_OVER: _("カードを交付済みにした"),
    Action.TAKE_BACK: _("カードの交付を取り消した"),
    Action.MARK_REDO: _("カードを不備・再手続きにした"),
    Action.RESUME: _("カードの不備を解消した"),
    Action.WITHDRAW: _("カードを取りやめ・返納にした"),
    Action.REOPEN: _("カードの取りやめを取り消した"),
    Action.DISPOSE: _("カードを廃棄済みにした"),
    Action.UNDO: _("カードの操作を取り消した"),
}
AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.card_list", phrase=_("カードの一覧")),
    AuditPhrase(action="card_management.card_detail", phrase=_("カードの詳細")),
    AuditPhrase(
        action="card_management.change_fact", phrase=_("カードの日付や種類を変えた"), terms=_FACT_WORDS
    ),
    AuditPhrase(action="card_management.card_scan", phrase=_("カードのバーコード読み取り")),
    AuditPhrase(action="card_management.ledger_print", phrase=_("カード管理簿の印刷")),
    AuditPhrase(action="card_management.note_read", phrase=_("カードの備考・申し送り")),
    AuditPhrase(action="card_management.write_note", phrase=_("カードの備考を書いた")),
    AuditPhrase(action="card_management.change_note", phrase=_("カードの備考を書き直した")),
    AuditPhrase(action="card_management.remove_note", phrase=_("カードの備考を削除した")),
    AuditPhrase(action="card_management.bring_back_note", phrase=_("カードの備考の削除を取り消した")),
    AuditPhrase(action="card_management.acknowledge_note", phrase=_("カードの申し送りを読んだ")),
    *(
        AuditPhrase(action=f"card_management.{action.value}", phrase=phrase, terms=STATE_WORDS)
        for action, phrase in _DONE.items()
    ),
)
