"""Where the pages of bookings stand in the navigation of staff."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import NavigationItem
from plugins.card_reservation.declarations.permissions import (
    BOOK,
    IMPORT_REFERENCES,
    OVERLAY_NAMES,
    READ_KIT,
    UNLOCK,
    VIEW,
    VIEW_PERSONAL_DATA,
)

DAILY = _("日々の業務")

NAVIGATION = (
    NavigationItem(
        label=_("予約一覧（当日）"),
        url_name="reservations:day_board",
        permission=VIEW,
        section=DAILY,
        order=10,
        shortcut="r",
    ),
    NavigationItem(
        label=_("窓口の受付・呼び出し"),
        url_name="reservations:queue",
        permission=VIEW,
        section=DAILY,
        order=15,
        shortcut="q",
    ),
    NavigationItem(
        label=_("予約の一覧（全期間）"),
        url_name="reservations:list",
        permission=VIEW,
        section=DAILY,
        order=14,
    ),
    NavigationItem(
        label=_("来なかった方"),
        url_name="reservations:no_shows",
        permission=VIEW,
        section=DAILY,
        order=16,
    ),
    NavigationItem(
        label=_("電話で予約"),
        url_name="reservations:new",
        permission=BOOK,
        section=DAILY,
        order=20,
        shortcut=":n",
    ),
    NavigationItem(
        label=_("予約をさがす"),
        url_name="reservations:search",
        permission=VIEW,
        section=DAILY,
        order=25,
        shortcut=":f",
    ),
    NavigationItem(
        label=_("予約枠"),
        url_name="reservations:slots",
        permission=VIEW,
        section=DAILY,
        order=30,
    ),
    NavigationItem(
        label=_("キャンセル待ち"),
        url_name="reservations:line",
        permission=VIEW,
        section=DAILY,
        order=35,
    ),
    NavigationItem(
        label=_("紙の予備リスト"),
        url_name="reservations:kits",
        permission=READ_KIT,
        section=DAILY,
        order=40,
    ),
    NavigationItem(
        label=_("番号の照合"),
        url_name="reservations:guesses",
        permission=UNLOCK,
        section=DAILY,
        order=50,
    ),
    NavigationItem(
        label=_("個人情報の扱い"),
        url_name="reservations:personal_data",
        permission=VIEW_PERSONAL_DATA,
        section=_("設定"),
        order=300,
    ),
    NavigationItem(
        label=_("交付通知書の番号"),
        url_name="reservations:notices",
        permission=IMPORT_REFERENCES,
        section=DAILY,
        order=60,
    ),
)

NAMELESS = (
    NavigationItem(
        label=_("氏名を重ねる"),
        url_name="reservations:names",
        permission=OVERLAY_NAMES,
        section=DAILY,
        order=16,
    ),
)
"""Where the bookings of a city have no names."""
