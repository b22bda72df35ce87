"""How long a city keeps its log."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting


@dataclass(frozen=True, kw_only=True)
class LogRules:
    """What a city decided with us about its log."""

    kept_years: int = setting(
        default=5,
        label=_("操作履歴の保存期間（年）"),
        help=_(
            "1〜30年。過ぎた記録は、運用者の定期作業で封印ごとに消します。消したことは記録され、残りの検証はそのままできます。"
        ),
        minimum=1,
        maximum=30,
    )


RULES = SettingsSchema(schema=LogRules, label=_("操作履歴の保存"), order=15)
