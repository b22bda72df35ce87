"""Bookings of any days as lists: all of them, and who did not come."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.documents.lists import on_paper
from madoguchi.hooks.contracts.pickups import KANA, NAME
from madoguchi.places import queries as places
from madoguchi.web.dates import japanese_time, short_era_date, weekday
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_reservation.declarations.permissions import CALLER_PHONE
from plugins.card_reservation.queries.services import all_services
from plugins.card_reservation.services import listing
from plugins.card_reservation.services.listing import ListedBooking
from plugins.card_reservation.views.board_table import CHANNELS

STANDINGS = {
    "expected": Mark("ok", _("予約中")),
    "late": Mark("wait", _("来庁の印なし")),
    "arrived": Mark("done", _("来庁済み")),
    "missed": Mark("error", _("来なかった")),
    "cancelled": Mark("none", _("取消")),
    "served": Mark("done", _("予約日より前に交付済み")),
}
PERIODS = (
    ("today", _("今日")),
    ("tomorrow", _("明日")),
    ("week", _("今日から7日間")),
    ("ahead", _("今日から先すべて")),
    ("yesterday", _("昨日")),
    ("past_week", _("今日までの7日間")),
    ("past_month", _("今日までの31日間")),
)
MAILS = {
    "sent": Mark("done", _("送信済み")),
    "queued": Mark("wait", _("送信待ち")),
    "waiting": Mark("wait", _("送信待ち")),
    "held": Mark("wait", _("保留")),
    "bounced": Mark("error", _("届きません")),
    "failed": Mark("error", _("届きません")),
    "suppressed": Mark("error", _("送っていません")),
    "dropped": Mark("none", _("取りやめ")),
}
NO_MAIL = Mark("none", _("メールなし"))
NOT_YET = Mark("none", _("まだなし"))


def _day(row: ListedBooking) -> str:
    day = clock.local(row.starts_at).date()
    return f"{short_era_date(day)}（{weekday(day)}）"


def _in_period(found: Any, period: str) -> Any:
    return listing.in_period(found, period, today=clock.today())


def _lines(texts: Sequence[str]) -> SafeString | str:
    shown = [text or "—" for text in texts] or ["—"]
    return shown[0] if len(shown) == 1 else format_html_join(SafeString("<br>"), "{}", ((t,) for t in shown))


def _people(name: str, label: Any, *, mask: str = "", css: str = "", is_shown: bool = True) -> Column:
    return Column(
        name=name,
        label=label,
        value=lambda row: _lines([getattr(person, name) for person in row.people]),
        text=lambda row: [getattr(person, name) for person in row.people],
        mask=mask,
        css=css,
        is_shown=is_shown,
    )


def _mail(row: ListedBooking) -> Mark:
    return MAILS.get(row.mail, NOT_YET) if row.has_mail else NO_MAIL


DAY = Column(
    name="day", label=_("来庁日"), value=_day, sort=("slot__starts_at", "number"), css="mono", is_fixed=True
)
TIME = Column(
    name="time", label=_("時間"), value=lambda row: japanese_time(row.starts_at), css="mono", is_fixed=True
)
NUMBER = Column(name="number", label=_("予約番号"), sort=("number",), css="mono", is_fixed=True, is_link=True)
PEOPLE = (
    _people("name", _("氏名"), mask=NAME),
    _people("kana", _("カナ"), mask=KANA, css="kana"),
    _people("reference", _("交付通知書の番号"), css="mono"),
)
PARTY = Column(name="party_size", label=_("人数"), sort=("party_size",), css="num")
PLACE = Column(name="place", label=_("場所"), sort=("slot__place__order", "slot__starts_at"))
SERVICE = Column(name="service", label=_("用件"), is_shown=False)
CHANNEL = Column(
    name="channel",
    label=_("受付"),
    value=lambda row: CHANNELS.get(row.channel, row.channel),
    sort=("channel", "slot__starts_at"),
)
PHONE = Column(name="phone", label=_("折り返しの電話"), css="mono", mask=CALLER_PHONE, is_shown=False)
MAIL = Column(name="mail", label=_("メール"), value=_mail)
STATE = Column(name="standing", label=_("状態"), value=lambda row: STANDINGS[row.standing], is_fixed=True)

WHERE = (
    Filter(
        name="place",
        label=_("場所"),
        choices=lambda: [(str(place.id), place.name) for place in places.all_places()],
        apply=lambda found, value: found.filter(slot__place_id=value),
    ),
    Filter(
        name="service",
        label=_("用件"),
        choices=lambda: [(str(service.id), service.name) for service in all_services()],
        apply=lambda found, value: found.filter(slot__service_id=value),
    ),
    Filter(name="channel", label=_("受付"), choices=list(CHANNELS.items())),
    Filter(
        name="mail",
        label=_("メール"),
        choices=[("failed", _("届かなかった")), ("some", _("アドレスあり")), ("none", _("アドレスなし"))],
        apply=listing.undelivered,
    ),
)
DAYS = (
    Filter(
        name="first_day",
        label=_("この日から"),
        kind="day",
        apply=lambda found, value: found.filter(slot__day__gte=value),
    ),
    Filter(
        name="last_day",
        label=_("この日まで"),
        kind="day",
        apply=lambda found, value: found.filter(slot__day__lte=value),
    ),
)

BOOKINGS = Table(
    name="card_reservation.bookings",
    label=_("予約の一覧"),
    columns=(
        DAY,
        TIME,
        NUMBER,
        STATE,
        *PEOPLE,
        PARTY,
        PLACE,
        SERVICE,
        CHANNEL,
        PHONE,
        MAIL,
        Column(name="earlier_number", label=_("元の予約番号"), css="mono", is_shown=False),
        Column(name="created_at", label=_("受付日時"), sort=("created_at",), css="mono", is_shown=False),
    ),
    filters=(
        Filter(name="period", label=_("来庁日"), choices=PERIODS, apply=_in_period),
        *DAYS,
        Filter(
            name="standing",
            label=_("状態"),
            choices=[(name, mark.label) for name, mark in STANDINGS.items()],
        ),
        *WHERE,
    ),
    search=("number", "loaded__earlier_number"),
    search_label=_("予約番号"),
    sort="day",
    key=lambda row: str(row.booking_id),
    link=lambda row: reverse("reservations:detail", args=[row.booking_id]),
    row_css=lambda row: "gone" if row.standing in ("cancelled", "served") else "",
    actions=("card_reservation.listed_arrived", "card_reservation.listed_absent"),
    nothing_yet=Empty(heading=_("予約はまだありません"), advice=_("予約が入ると、ここに並びます。")),
    sizes=(50, 100, 25),
    paper=on_paper,
    group=_day,
)

NO_SHOWS = Table(
    name="card_reservation.no_shows",
    label=_("来なかった方の一覧"),
    columns=(
        DAY,
        TIME,
        NUMBER,
        *PEOPLE,
        PARTY,
        PLACE,
        CHANNEL,
        Column(name="phone", label=_("折り返しの電話"), css="mono", mask=CALLER_PHONE),
        MAIL,
        Column(name="nudged_at", label=_("予約し直しのメール"), css="mono"),
    ),
    filters=(
        Filter(name="period", label=_("来庁日"), choices=(PERIODS[0], *PERIODS[4:]), apply=_in_period),
        *DAYS,
        *WHERE,
    ),
    search=("number", "loaded__earlier_number"),
    search_label=_("予約番号"),
    sort="-day",
    key=lambda row: str(row.booking_id),
    link=lambda row: reverse("reservations:detail", args=[row.booking_id]),
    actions=("card_reservation.came_late",),
    nothing_yet=Empty(
        heading=_("来なかった方はいません"),
        advice=_("窓口が閉まってから来庁の印がない予約が、ここに並びます。"),
    ),
    sizes=(50, 100, 25),
    paper=on_paper,
    group=_day,
)
