"""What the audit list says of the list of notices and of names laid over bookings."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase

WITHDRAWN = "card_reservation.notice_withdrawn"
REOPENED = "card_reservation.notice_reopened"
OVERLAY = "card_reservation.overlay"
REFUSED = "card_reservation.lookup_refused"
LOOKED_UP = "card_reservation.notice_looked_up"

NOTICE_PHRASES = (
    AuditPhrase(action=WITHDRAWN, phrase=_("交付通知書の番号を予約に使えなくした")),
    AuditPhrase(action=REOPENED, phrase=_("交付通知書の番号を再び予約に使えるようにした")),
    AuditPhrase(action=LOOKED_UP, phrase=_("交付通知書の番号の照会")),
    AuditPhrase(action=REFUSED, phrase=_("番号と生月日の照合が合わなかった")),
    AuditPhrase(action=OVERLAY, phrase=_("手元の氏名を予約に重ねる画面")),
)
