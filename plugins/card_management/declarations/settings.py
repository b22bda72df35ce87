"""What a city chooses of its cards."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting
from plugins.card_management.declarations.forms import FormsSettings
from plugins.card_management.declarations.handover import HandoverSettings
from plugins.card_management.declarations.ledger import LEDGER_COLUMNS, LEDGER_USUAL
from plugins.card_management.declarations.register import RegisterSettings
from plugins.card_management.declarations.scans import ScansSettings
from plugins.card_management.declarations.shelves import ShelvesSettings


@dataclass(frozen=True, kw_only=True)
class CardSettings(HandoverSettings, ShelvesSettings, ScansSettings, FormsSettings, RegisterSettings):
    """How the city keeps its cards."""

    books_expected: bool = setting(
        default=False,
        label=_("まだ届いていないカード（作成中）でも予約できるようにする"),
        help=_("通常は、市に届いたカードだけを予約できます。"),
    )
    ledger_title: str = setting(
        default="カード管理簿",
        label=_("カード管理簿の題名"),
        help=_("印刷したカード管理簿の見出しになります。"),
        maximum=40,
    )
    ledger_boxes: str = setting(
        default="",
        label=_("カード管理簿の押印欄"),
        help=_(
            "右上の押印欄の名前を、1行に1つ入力します（例：課長、係長、担当）。いらないときは空欄にします。"
        ),
        maximum=60,
        format="lines",
    )
    ledger_columns: tuple[str, ...] = setting(
        default=LEDGER_USUAL,
        label=_("カード管理簿の列"),
        help=_("印刷する列を選びます。並びはこの順です。"),
        choices=LEDGER_COLUMNS,
    )


CARD_SETTINGS = SettingsSchema(schema=CardSettings, label=_("カード管理"))
