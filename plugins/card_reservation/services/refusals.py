"""Why a booking was not made, in words a resident can act on."""

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid
from madoguchi.standing import standing
from madoguchi.tenancy import current_city
from plugins.card_reservation.queries.values import SlotView


class SlotRefused(DomainError):
    """The slot cannot be had; `nearest` lists what can."""

    def __init__(self, *, nearest: tuple[SlotView, ...] = (), **details: object) -> None:
        super().__init__(**details)
        self.nearest = nearest


class SlotFull(SlotRefused):
    """Others took the last places meanwhile."""

    code = "slot_full"
    message = _("この時間は、ちょうど満員になりました。ほかの時間を選んでください。")


class SlotClosed(SlotRefused):
    """The slot does not exist, was closed, or belongs to a place that takes no such bookings."""

    code = "slot_closed"
    message = _("この時間は予約を受け付けていません。ほかの時間を選んでください。")


class SlotPast(SlotRefused):
    """The slot has begun."""

    code = "slot_past"
    message = _("この時間は過ぎています。ほかの時間を選んでください。")


class WindowClosed(SlotRefused):
    """The day is too near or too far away for this audience."""

    code = "window_closed"
    message = _("この日は予約を受け付けている期間の外です。ほかの日を選んでください。")


class AlreadyBooked(DomainError):
    """Somebody of the party has a booking: one may be changed, a second is not made."""

    code = "already_booked"
    message = _(
        "すでに予約があります。予約を変えるときは、予約完了メールのリンクか予約番号で、いまの予約を開いてください。"
        "どちらもわからないときはお電話ください。"
    )


class KeyReused(DomainError):
    """The same form was sent before with other content."""

    code = "key_reused"
    message = _("この画面の内容はすでに送信されています。はじめからやり直してください。")


class CautionsMissing(Invalid):
    """Not every caution was ticked, or they have changed since."""

    code = "cautions_missing"
    message = _("すべての注意事項を確かめて、印をつけてください。")


class PartyTooLarge(Invalid):
    """More people, or fewer, than may come together; or one of them twice."""

    code = "party_too_large"
    message = _("一度に予約できる人数を超えているか、同じ方が2回入っています。")


BY_OUTCOME: dict[str, type[SlotRefused]] = {
    "full": SlotFull,
    "closed": SlotClosed,
    "past": SlotPast,
    "window": WindowClosed,
}


class NoNewBookings(DomainError):
    """The city closes its counter here: what is booked stays, nothing is added."""

    code = "no_new_bookings"
    message = _("新しい予約の受付は終了しました。すでに予約した方は、予約した日時にお越しください。")


def ensure_bookings_are_taken() -> None:
    """Let a booking begin unless the city takes no new ones.

    Raises NoNewBookings.
    """
    if not standing(current_city().state).takes_bookings:
        raise NoNewBookings
