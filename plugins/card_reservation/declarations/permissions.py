"""What staff may do with bookings, and how the audit list says it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

VIEW = "card_reservation.view_bookings"
BOOK = "card_reservation.book_for_resident"

EVERYBODY = ("counter_clerk", "call_centre", "city_admin")

PERMISSIONS = (
    Permission(name=VIEW, label=_("予約を見る"), roles=EVERYBODY),
    Permission(name=BOOK, label=_("住民に代わって予約・変更・取り消しをする"), roles=EVERYBODY),
)

AUDIT_PHRASES = (
    AuditPhrase(
        action="card_reservation.book",
        phrase=_("予約を登録した"),
        terms={"web": _("インターネット"), "phone": _("電話")},
    ),
    AuditPhrase(action="card_reservation.day_board", phrase=_("予約一覧")),
    AuditPhrase(action="card_reservation.booking_detail", phrase=_("予約の詳細")),
    AuditPhrase(action="card_reservation.move", phrase=_("予約を変更した")),
    AuditPhrase(action="card_reservation.cancel", phrase=_("予約を取り消した")),
    AuditPhrase(
        action="card_reservation.mark_visit",
        phrase=_("来庁の印を付けた"),
        terms={"arrived": _("来庁済み"), "absent": _("来なかった"), "none": _("印なし")},
    ),
    AuditPhrase(action="card_reservation.send_start_link", phrase=_("予約開始メールを送った")),
    AuditPhrase(action="card_reservation.counter_drifted", phrase=_("予約枠の件数の不一致を検出した")),
)
