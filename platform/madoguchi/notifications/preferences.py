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
    mailing_limit: int = setting(
        default=500,
        label=_("一斉メールを一人で送れる宛先の数"),
        help=_("これより多い宛先に送るときは、ほかの職員の承認が必要です。0にすると、いつも必要です。"),
        minimum=0,
        maximum=100000,
    )
    sent_months: int = setting(
        default=12,
        label=_("送った通知の記録の保存期間（か月）"),
        help=_("この期間がたった記録を、毎晩の処理で消します。"),
        minimum=1,
        maximum=120,
    )
    undelivered_months: int = setting(
        default=24,
        label=_("届かなかった通知の記録の保存期間（か月）"),
        minimum=1,
        maximum=120,
    )


MAIL_SETTINGS = SettingsSchema(schema=MailSettings, label=_("メール"), order=50)
