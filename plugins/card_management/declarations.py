from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.hooks.values import AuditPhrase, MaskableColumn, Permission
from plugins.card_management.rules.life_cycle import Action, State

VIEW_CARDS: Final = "card_management.view_cards"
MOVE_CARDS: Final = "card_management.move_cards"
IMPORT_NOTICES: Final = "card_management.import_notices"
ADDRESS: Final = "card_management.address"
CARDS: Final = _("カード")

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
        label=_("カードを交付・廃棄する"),
        roles=("counter_clerk", "city_admin"),
        function=CARDS,
    ),
    Permission(
        name=IMPORT_NOTICES,
        label=_("交付通知書一覧を取り込む"),
        roles=("counter_clerk", "city_admin"),
        function=CARDS,
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
    State.STORED: _("保管中"),
    State.HANDED_OVER: _("交付済み"),
    State.DISPOSED: _("廃棄済み"),
}

STATE_WORDS: Final = {state.value: label for state, label in STATE_LABELS.items()}

ACTION_LABELS: Final = {
    Action.HAND_OVER: _("交付済みにする"),
    Action.TAKE_BACK: _("交付を取り消す"),
    Action.DISPOSE: _("廃棄する"),
}

AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.card_list", phrase=_("カードの一覧")),
    AuditPhrase(action="card_management.card_detail", phrase=_("カードの詳細")),
    AuditPhrase(action="card_management.hand_over", phrase=_("カードを交付済みにした"), terms=STATE_WORDS),
    AuditPhrase(action="card_management.take_back", phrase=_("カードの交付を取り消した"), terms=STATE_WORDS),
    AuditPhrase(action="card_management.dispose", phrase=_("カードを廃棄済みにした"), terms=STATE_WORDS),
)
