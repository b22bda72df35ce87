"""What the records of messages hold about one person, and how they go."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.notifications import kinds
from madoguchi.notifications.errors import UnknownMessageKind
from madoguchi.notifications.models import Delivery, DeliveryState, Suppression
from madoguchi.residents import queries as residents
from madoguchi.residents import services
from madoguchi.web.dates import full_date, japanese_time

DELIVERIES: Final = "notifications_delivery"
SUPPRESSIONS: Final = "notifications_suppression"
CONTACT: Final = "contact:"
WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the messages to a person's addresses, and whether an address is stopped."""
    contacts = [UUID(key.removeprefix(CONTACT)) for key in wanted.keys if key.startswith(CONTACT)]
    rows = Delivery.objects.filter(contact_id__in=contacts).order_by("created_at", "id")
    indexes = set(residents.address_indexes(contacts).values())
    if wanted.email:
        indexes.add(services.email_index(wanted.email))
    stopped = Suppression.objects.filter(address_index__in=list(indexes)).order_by("since", "id")
    return [*map(_message, rows), *map(_stop, stopped)]


def _message(row: Delivery) -> HeldRecord:
    try:
        kind = str(kinds.find(row.kind).label)
    except UnknownMessageKind:
        kind = row.kind
    sent = clock.local(row.created_at)
    facts = (
        (_("種類"), kind),
        (_("作成日時"), f"{full_date(sent.date())} {japanese_time(row.created_at)}"),
        (_("宛先（一部）"), row.masked_address or "—"),
        (_("状態"), str(row.get_state_display())),
    )
    return HeldRecord(
        key=f"{DELIVERIES}:{row.id}",
        label=_("送った通知"),
        title=kind,
        facts=facts,
        since=row.created_at,
        erasing=_("通知の記録を消します。届いたメールそのものは消せません。"),
    )


def _stop(row: Suppression) -> HeldRecord:
    facts = (
        (_("宛先（一部）"), row.masked_address),
        (_("理由"), str(row.get_reason_display())),
        (_("いつから"), full_date(clock.local(row.since).date())),
    )
    return HeldRecord(
        key=f"{SUPPRESSIONS}:{row.id}",
        label=_("メールの送信停止"),
        title=row.masked_address,
        facts=facts,
        since=row.since,
        erasing=_("送信停止の記録を消します。同じアドレスにまた送れるようになります。"),
    )


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase the messages and stops among these records."""
    keys = [key.partition(":") for key in records]
    deliveries = [UUID(number) for table, _sign, number in keys if table == DELIVERIES]
    stops = [UUID(number) for table, _sign, number in keys if table == SUPPRESSIONS]
    rows = Delivery.objects.filter(id__in=deliveries)
    ids = frozenset(str(key) for key in rows.values_list("id", flat=True))
    gone, _by_model = rows.delete()
    lifted, _by_model = Suppression.objects.filter(id__in=stops).delete()
    return [
        Erased(label=_("送った通知"), rows=min(gone, len(ids)), ids=ids),
        Erased(label=_("メールの送信停止"), rows=lifted),
    ]


def contacts_in_use(contacts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Name the contacts to which a message still waits."""
    found = Delivery.objects.filter(contact_id__in=contacts, state__in=WAITING)
    return tuple(set(found.values_list("contact_id", flat=True)))
