"""What a city chooses of booking."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting


@dataclass(frozen=True, kw_only=True)
class BookingSettings:
    """How residents get to the booking, and whom they call."""

    start_link_hours: int = setting(
        default=24,
        label=_("予約リンクの有効時間（時間）"),
        help=_("住民にメールで送る予約リンクを使える時間です。1から72までの数で入力してください。"),
        minimum=1,
        maximum=72,
    )
    phone: str = setting(
        default="",
        label=_("予約の問い合わせ電話番号"),
        help=_("予約リンクのメールに載せます。空欄のときは、自治体の代表の番号を載せます。"),
        maximum=30,
        format="phone",
    )
    most_visitors: int = setting(
        default=1000,
        label=_("同時に予約の手続きをできる人数"),
        help=_(
            "これより多くの方が同時に来たときは、来た順にお待ちいただきます。10から20000までの数で入力してください。"
        ),
        minimum=10,
        maximum=20000,
    )


BOOKING_SETTINGS = SettingsSchema(schema=BookingSettings, label=_("交付予約"), order=10)
