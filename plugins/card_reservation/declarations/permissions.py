"""What staff may do with bookings, and how the audit list says it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

VIEW = "card_reservation.view_bookings"
BOOK = "card_reservation.book_for_resident"
READ_KIT = "card_reservation.read_paper_kit"
CHANGE_SLOTS = "card_reservation.change_slots"

EVERYBODY = ("counter_clerk", "call_centre", "city_admin")

PERMISSIONS = (
    Permission(name=VIEW, label=_("予約を見る"), roles=EVERYBODY),
    Permission(name=BOOK, label=_("住民に代わって予約・変更・取り消しをする"), roles=EVERYBODY),
    Permission(name=READ_KIT, label=_("紙の予備リストを開く"), roles=("counter_clerk", "city_admin")),
    Permission(name=CHANGE_SLOTS, label=_("予約枠の定員と開け閉めを変更する"), roles=("city_admin",)),
)

AUDIT_PHRASES = (
    AuditPhrase(
        action="card_reservation.book",
        phrase=_("予約を登録した"),
        terms={"web": _("インターネット"), "phone": _("電話")},
    ),
    AuditPhrase(action="card_reservation.day_board", phrase=_("予約一覧")),
    AuditPhrase(action="card_reservation.day_list", phrase=_("予約一覧の印刷")),
    AuditPhrase(action="card_reservation.paper_kit", phrase=_("紙の予備リスト")),
    AuditPhrase(action="card_reservation.paper_kits_made", phrase=_("紙の予備リストを作った")),
    AuditPhrase(
        action="card_reservation.slots_changed",
        phrase=_("予約枠を変更した"),
        terms={"day": _("日"), "place": _("場所"), "slots": _("予約枠")},
    ),
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
