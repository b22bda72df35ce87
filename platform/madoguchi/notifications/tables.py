"""The lists of this room: messages, suppressed addresses, mailings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk import lists
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import kinds, resending
from madoguchi.notifications.declarations import MAILING, RESEND
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing, Suppression
from madoguchi.notifications.reasons import in_words
from madoguchi.web.dates import as_day, japanese_time, short_era_date
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

SIGNS = {
    DeliveryState.SENT: "done",
    DeliveryState.QUEUED: "wait",
    DeliveryState.WAITING: "wait",
    DeliveryState.HELD: "wait",
    DeliveryState.DROPPED: "none",
}
MOST_MAILINGS = 100
MAILING_SIGNS = {
    Mailing.State.DRAFT: "none",
    Mailing.State.DONE: "done",
    Mailing.State.STOPPED: "error",
}


def label_of(kind: str) -> str:
    """Name a kind of message; one that nobody declares any more keeps its own name."""
    known = {each.name: str(each.label) for each in kinds.all_declared()}
    return {**known, MAILING: str(_("一斉メール"))}.get(kind, kind)


def mark_of(delivery: Delivery) -> Mark:
    """Say what became of a message."""
    state = DeliveryState(delivery.state)
    if delivery.handled_at:
        return Mark("none", format_lazy("{}（{}）", state.label, _("対応済み")))
    return Mark(SIGNS.get(state, "error"), state.label)


def mark_of_mailing(mailing: Mailing) -> Mark:
    """Say where a mailing stands."""
    state = Mailing.State(mailing.state)
    return Mark(MAILING_SIGNS.get(state, "wait"), state.label)


def sent() -> "QuerySet[Delivery]":
    """List every message without its sealed content."""
    return Delivery.objects.defer("sealed")


def _kinds() -> list[tuple[str, str]]:
    # Also those of plugins that are off: what they wrote is still in the list.
    names = [kind.name for kind in kinds.of_this_world()]
    return [(name, label_of(name)) for name in (*names, MAILING)]


def _mailings() -> list[tuple[str, str]]:
    return [(str(mailing.pk), mailing.subject) for mailing in Mailing.objects.all()[:MOST_MAILINGS]]


def _undelivered(found: "QuerySet[Delivery]", value: str) -> "QuerySet[Delivery]":
    if value == "undelivered":
        return found.filter(state__in=resending.UNDELIVERED, handled_at=None)
    if value == "handled":
        return found.filter(handled_at__isnull=False)
    return found.filter(state=value)


DELIVERIES = Table(
    name="notifications.deliveries",
    label=_("通知の表"),
    columns=(
        Column(name="created_at", label=_("受付日時"), sort=("created_at",), css="mono", is_fixed=True),
        Column(
            name="kind",
            label=_("通知"),
            value=lambda row: label_of(row.kind),
            is_fixed=True,
            is_link=True,
        ),
        Column(name="masked_address", label=_("宛先"), css="mono"),
        Column(name="state", label=_("状態"), value=mark_of, is_fixed=True),
        Column(name="reason", label=_("理由"), value=lambda row: str(in_words(row.error)), css="wrap"),
        Column(name="settled_at", label=_("完了日時"), sort=("settled_at",), css="mono", is_shown=False),
    ),
    filters=(
        Filter(
            name="state",
            label=_("状態"),
            choices=(
                ("undelivered", _("届いていない（未対応）")),
                ("handled", _("届いていない（対応済み）")),
                *DeliveryState.choices,
            ),
            apply=_undelivered,
        ),
        Filter(name="kind", label=_("通知"), choices=_kinds),
        Filter(
            name="mailing",
            label=_("一斉メール"),
            choices=_mailings,
            apply=lambda found, value: found.filter(mailing_id=value),
        ),
    ),
    sort="-created_at",
    link=lambda row: reverse("delivery", args=[row.id]),
    actions=("notifications.resend", "notifications.handle"),
    nothing_yet=Empty(
        heading=_("通知はまだありません"), advice=_("通知を送ると、ここに結果が表示されます。")
    ),
)

SUPPRESSIONS = Table(
    name="notifications.suppressions",
    label=_("送信を止めている宛先の表"),
    columns=(
        Column(name="since", label=_("止めた日時"), sort=("since",), css="mono", is_fixed=True),
        Column(name="masked_address", label=_("宛先"), css="mono", is_fixed=True, is_link=True),
        Column(name="reason", label=_("わけ"), value=lambda row: row.get_reason_display()),
        Column(name="error", label=_("くわしい理由"), value=lambda row: str(in_words(row.error)), css="wrap"),
    ),
    filters=(Filter(name="reason", label=_("わけ"), choices=Suppression.Reason.choices),),
    sort="-since",
    link=lambda row: reverse("suppression", args=[row.id]),
    nothing_yet=Empty(
        heading=_("送信を止めている宛先はありません"),
        advice=_("届かなかった宛先や、停止の申し出があった宛先が、ここに並びます。"),
    ),
)

MAILINGS = Table(
    name="notifications.mailings",
    label=_("一斉メールの表"),
    columns=(
        Column(name="created_at", label=_("作成日時"), sort=("created_at",), css="mono", is_fixed=True),
        Column(name="subject", label=_("件名"), value=lambda row: row.subject, is_fixed=True, is_link=True),
        Column(name="state", label=_("状態"), value=mark_of_mailing, is_fixed=True),
        Column(name="total", label=_("宛先の数"), sort=("total",), css="num"),
        Column(name="created_by_name", label=_("作成した人")),
        Column(name="finished_at", label=_("終わった日時"), sort=("finished_at",), css="mono"),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=Mailing.State.choices),),
    sort="-created_at",
    link=lambda row: reverse("mailing", args=[row.id]),
    nothing_yet=Empty(
        heading=_("一斉メールはまだありません"), advice=_("「新しく書く」から始めてください。")
    ),
)


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name messages by kind and time, without anybody's address."""
    found = Delivery.objects.filter(pk__in=rows).values_list("pk", "kind", "created_at")
    return {
        key: f"{label_of(kind)} {short_era_date(as_day(at))} {japanese_time(at)}" for key, kind, at in found
    }


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the messages behind the address of the list."""
    return [UUID(key) for key in lists.ids_behind(table=DELIVERIES, rows=sent(), query=query, eyes=eyes)]


def resend(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Queue one message once more."""
    resending.resend(delivery_id=row, actor=actor, now=now)
    return {}


def close(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Mark one message as dealt with."""
    resending.mark_handled(delivery_id=row, is_handled=True, actor=actor, now=now)
    return {}


def take_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take the mark of one message away again.

    Raises MovedOn.
    """
    try:
        resending.mark_handled(delivery_id=row, is_handled=False, actor=actor, now=now)
    except resending.NothingToHandle as refusal:
        raise MovedOn from refusal


ACTIONS = (
    BulkAction(
        name="notifications.resend",
        label=_("送り直す"),
        effect=_("届かなかった通知を、もう一度送ります。届いた通知や送信待ちの通知は、そのままです。"),
        permission=RESEND,
        run=resend,
        describe=describe,
        find=find,
    ),
    BulkAction(
        name="notifications.handle",
        label=_("対応済みにする"),
        effect=_("電話などで伝え終えた通知に、対応済みの印を付けます。職員トップの件数から外れます。"),
        permission=RESEND,
        run=close,
        describe=describe,
        find=find,
        undo=take_back,
    ),
)
