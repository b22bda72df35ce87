"""How long a city keeps what it announced."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """Months for which ended announcements are kept, by kind."""

    emergency_months: int = setting(
        default=36,
        label=_("終わった緊急のお知らせの保存期間（か月）"),
        help=_("終わってからこの期間がたつと、毎晩の処理で消します。操作履歴は残ります。"),
        minimum=1,
        maximum=120,
    )
    booking_months: int = setting(
        default=12,
        label=_("終わった予約する方へのお知らせの保存期間（か月）"),
        minimum=1,
        maximum=120,
    )


RETENTION = SettingsSchema(schema=RetentionSettings, label=_("お知らせ"), order=60)
