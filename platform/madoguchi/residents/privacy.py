"""What this room holds about one person, how long it is kept, and how it goes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import DataClass
from madoguchi.residents import consents
from madoguchi.residents.models import Consent, Contact, Link
from madoguchi.residents.queries import address_of
from madoguchi.residents.services import email_index
from madoguchi.web.dates import full_date

CONTACTS: Final = "residents_contact"
CONSENTS: Final = "residents_consent"
CONTACT: Final = "contact:"
PICKUP: Final = "pickup:"
AT_ONCE = 1_000


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List a person's addresses and what they agreed to."""
    known = [UUID(key.removeprefix(CONTACT)) for key in wanted.keys if key.startswith(CONTACT)]
    rows = Contact.objects.filter(id__in=known)
    if wanted.email:
        rows = rows | Contact.objects.filter(email_index=email_index(wanted.email))
    pickups = [UUID(key.removeprefix(PICKUP)) for key in sorted(wanted.keys) if key.startswith(PICKUP)]
    return [*map(_contact, rows.order_by("created_at", "id")), *_agreements(pickups)]


def _contact(row: Contact) -> HeldRecord:
    address = address_of(row.id)
    facts = (
        (_("メールアドレス"), address.email),
        (_("読むことば"), address.language),
        (_("登録日"), full_date(clock.local(row.created_at).date())),
        (_("送ったリンクの数"), str(Link.objects.filter(contact=row).count())),
    )
    return HeldRecord(
        key=f"{CONTACTS}:{row.id}",
        label=_("連絡先"),
        title=address.email,
        facts=facts,
        since=row.created_at,
        leads_to=frozenset({f"{CONTACT}{row.id}"}),
        erasing=_("メールアドレスと、送ったリンクを消します。この人にはメールを送れなくなります。"),
    )


def _agreements(pickups: Sequence[UUID]) -> Iterator[HeldRecord]:
    for pickup in pickups:
        found = consents.agreements_of([pickup])
        if not found:
            continue
        facts = tuple(
            (f"{one.name}（{one.version}）", full_date(clock.local(one.agreed_at).date())) for one in found
        )
        yield HeldRecord(
            key=f"{CONSENTS}:{pickup}",
            label=_("規約への同意"),
            title=_("%(count)d件") % {"count": len(found)},
            facts=facts,
            since=found[-1].agreed_at,
            erasing=_("同意の記録を消します。次に予約するときは、もう一度同意を求めます。"),
        )


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase the addresses and the agreements among these records."""
    keys = [key.partition(":") for key in records]
    contacts = [UUID(number) for table, _sign, number in keys if table == CONTACTS]
    people = [UUID(number) for table, _sign, number in keys if table == CONSENTS]
    rows = Contact.objects.filter(id__in=contacts)
    ids = frozenset(str(key) for key in rows.values_list("id", flat=True))
    rows.delete()
    return [
        Erased(label=_("連絡先"), rows=len(ids), ids=ids),
        Erased(label=_("規約への同意"), rows=consents.forget(people=people)),
    ]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.JAPAN)


def _unused(before: date) -> Iterator[UUID]:
    """Find the addresses to which nothing may be sent any more, the oldest first."""
    old = Contact.objects.filter(created_at__lt=_start(before)).exclude(links__expires_at__gt=clock.now())
    every = list(old.order_by("created_at", "id").values_list("id", flat=True))
    for first in range(0, len(every), AT_ONCE):
        part = tuple(every[first : first + AT_ONCE])
        used: set[UUID] = set()
        for _plugin, answer in plugins.duty("contacts_in_use", contacts=part):
            if isinstance(answer, Exception):
                raise answer
            used.add(answer)
        yield from (key for key in part if key not in used)


def count_contacts(*, before: date, held: frozenset[str]) -> int:
    """Count such addresses."""
    return sum(1 for _key in _unused(before))


def erase_contacts(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such addresses."""
    oldest = [key for _number, key in zip(range(limit), _unused(before), strict=False)]
    Contact.objects.filter(id__in=oldest).delete()
    return len(oldest)


def _consents(before: date) -> "QuerySet[Consent]":
    return Consent.objects.filter(agreed_at__lt=_start(before))


def count_consents(*, before: date, held: frozenset[str]) -> int:
    """Count the agreements of before a day."""
    return _consents(before).count()


def erase_consents(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such agreements, the oldest first."""
    oldest = list(_consents(before).order_by("agreed_at", "id").values_list("id", flat=True)[:limit])
    Consent.objects.filter(id__in=oldest).delete()
    return len(oldest)


DATA_CLASSES = (
    DataClass(
        name="residents.contacts",
        label=gettext_lazy("住民の連絡先（メールアドレス）"),
        since=gettext_lazy("登録した日（使っている予約があるあいだは消しません）"),
        effect=gettext_lazy("どの予約からも使われていないメールアドレスと、送ったリンクを消します。"),
        tables=("residents_contact", "residents_link"),
        default_months=6,
        count=count_contacts,
        erase=erase_contacts,
        order=130,
    ),
    DataClass(
        name="residents.consents",
        label=gettext_lazy("規約などへの同意の記録"),
        since=gettext_lazy("同意した日"),
        effect=gettext_lazy("同意の記録を消します。次に使うときは、もう一度同意を求めます。"),
        tables=("residents_consent",),
        default_months=60,
        count=count_consents,
        erase=erase_consents,
        order=140,
    ),
)
