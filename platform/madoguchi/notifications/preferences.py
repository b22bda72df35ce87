"""What a city chooses of its mails."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import SettingsSchema, setting


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """In whose name a city writes, and where answers go."""

    sender_name: str = setting(
        default="",
        label=_("メールの差出人名"),
        help=_("住民のメールソフトに表示される名前です。空欄のときは自治体名を表示します。"),
        maximum=60,
    )
    reply_to: str = setting(
        default="",
        label=_("返信先のメールアドレス"),
        help=_("住民が返信したときの届け先です。空欄のときは、返信を受け付けません。"),
        maximum=254,
        format="email",
    )


MAIL_SETTINGS = SettingsSchema(schema=MailSettings, label=_("メール"), order=50)
