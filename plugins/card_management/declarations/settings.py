"""What a city chooses of its cards."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting
from plugins.card_management.declarations.handover import HandoverSettings
from plugins.card_management.declarations.scans import ScansSettings
from plugins.card_management.declarations.shelves import ShelvesSettings


@dataclass(frozen=True, kw_only=True)
class CardSettings(HandoverSettings, ShelvesSettings, ScansSettings):
    """How the city keeps its cards."""

    books_expected: bool = setting(
        default=False,
        label=_("まだ届いていないカード（作成中）でも予約できるようにする"),
        help=_("通常は、市に届いたカードだけを予約できます。"),
    )


CARD_SETTINGS = SettingsSchema(schema=CardSettings, label=_("カード管理"))
