from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission
from plugins.card_management.rules.life_cycle import Action, State

VIEW_CARDS: Final = "card_management.view_cards"
MOVE_CARDS: Final = "card_management.move_cards"
IMPORT_NOTICES: Final = "card_management.import_notices"

PERMISSIONS: Final = (
    Permission(name=VIEW_CARDS, label=_("カードを見る"), roles=("counter_clerk", "city_admin")),
    Permission(name=MOVE_CARDS, label=_("カードを交付・廃棄する"), roles=("counter_clerk", "city_admin")),
    Permission(
        name=IMPORT_NOTICES, label=_("交付通知書一覧を取り込む"), roles=("counter_clerk", "city_admin")
    ),
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
