"""How long a session lasts in a city, within what the platform allows."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting


@dataclass(frozen=True, kw_only=True)
class SessionRules:
    """What a city's administrators choose about sessions of staff."""

    idle_minutes: int = setting(
        default=30,
        label=_("操作がないときにサインアウトするまで（分）"),
        help=_(
            "5〜120分。席を離れた端末から情報を見られないための決まりなので、なしにはできません。終わる60秒前に知らせます。"
        ),
        minimum=5,
        maximum=120,
    )
    longest_hours: int = setting(
        default=8,
        label=_("1回のサインインの上限（時間）"),
        help=_("1〜9時間。操作を続けていても、この時間がたつとサインインし直します。"),
        minimum=1,
        maximum=9,
    )
    is_single: bool = setting(
        default=False,
        label=_("1人が同時に使える端末を1台にする"),
        help=_("別の端末でサインインすると、前の端末のサインインは終わります。"),
    )

    @property
    def idle(self) -> timedelta:
        """Give the time without work after which a session ends."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """Give the time after which even the busiest session ends."""
        return timedelta(hours=self.longest_hours)


RULES = SettingsSchema(schema=SessionRules, label=_("サインインしている時間"), order=10)
