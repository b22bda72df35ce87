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
    opens_on: str = setting(
        default="",
        label=_("新しい予約の受付を始める日"),
        help=_(
            "この日時までは、新しい予約を始められません。1時間前から来た方は順番待ちの画面に入り、"
            "順番は受付が始まるときに抽選で決まります。そのあとは来た順です。いつでも受け付けるときは空欄にします。"
        ),
        format="day",
        is_of_one_city=True,
    )
    opens_at: str = setting(
        default="09:00",
        label=_("新しい予約の受付を始める時刻"),
        help=_("受付を始める日を入力したときだけ使います。例：09:00"),
        format="time",
    )
    reminder_days: int = setting(
        default=3,
        label=_("来庁日の何日前にお知らせを送るか"),
        help=_("予約の確認とは別に、来庁日が近いことをメールで知らせます。送らないときは0にします。"),
        minimum=0,
        maximum=30,
    )
    second_reminder_days: int = setting(
        default=0,
        label=_("2回目のお知らせを来庁日の何日前に送るか"),
        help=_("送らないときは0にします。前の日に送るときは1にします。"),
        minimum=0,
        maximum=30,
    )
    reminder_hour: int = setting(
        default=9,
        label=_("来庁日が近いお知らせを送る時刻（時）"),
        help=_("この時刻を過ぎると送ります。7から20までの数で入力してください。"),
        minimum=7,
        maximum=20,
    )
    missed_minutes: int = setting(
        default=30,
        label=_("窓口が閉まってから「来なかった」とするまでの時間（分）"),
        help=_("この時間までに来庁の印がない予約を「来なかった方」の一覧に載せます。0から240まで。"),
        minimum=0,
        maximum=240,
    )
    nudge_days: int = setting(
        default=1,
        label=_("来なかった方に、何日後に予約し直しのメールを送るか"),
        help=_(
            "一度だけ送ります。カードを受け取った方、予約し直した方には送りません。送らないときは0にします。"
        ),
        minimum=0,
        maximum=14,
    )
    failures_per_number: int = setting(
        default=5,
        label=_("1つの番号で1日に間違えられる回数"),
        help=_("この回数まちがえた番号は、翌日まで確認できません。3から10までの数で入力してください。"),
        minimum=3,
        maximum=10,
    )
    failures_per_network: int = setting(
        default=30,
        label=_("1つのネットワークから1時間に間違えられる回数"),
        help=_(
            "これより多く間違えたネットワークでは、メールアドレスの確認を先にお願いします。"
            "10から300までの数で入力してください。"
        ),
        minimum=10,
        maximum=300,
    )
    failures_per_hour: int = setting(
        default=200,
        label=_("全体で1時間に間違えられる回数"),
        help=_(
            "増えるにつれて、計算による確認、メールアドレスの確認、電話だけの受付へと順に切り替わります。"
            "50から2000までの数で入力してください。"
        ),
        minimum=50,
        maximum=2000,
    )
    trusted_networks: str = setting(
        default="",
        label=_("回数を数えないネットワーク"),
        help=_("庁内の端末など。例：203.0.113.0/24。2つ以上あるときは、空白で区切ってください。"),
        maximum=500,
        format="networks",
    )
    asks_full_birthday: bool = setting(
        default=False,
        label=_("生まれた年も確認する"),
        help=_("番号と生年月日で確認します。当て推量に強くなりますが、入力する項目が1つ増えます。"),
    )
    has_waiting_list: bool = setting(
        default=True,
        label=_("キャンセル待ちを受け付ける"),
        help=_("空きが出たら、待っている方に順番にメールで知らせ、返事をもらうまで枠を取っておきます。"),
    )
    offer_hours: int = setting(
        default=3,
        label=_("空きが出たとき、返事を待つ時間（時間）"),
        help=_("20時から8時までは数えません。1から24までの数で入力してください。"),
        minimum=1,
        maximum=24,
    )


BOOKING_SETTINGS = SettingsSchema(schema=BookingSettings, label=_("交付予約"), order=10)
