"""How long scanned papers are kept, what they hold about one person, and how they go."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.hooks.values import DataClass
from madoguchi.ledger import vault
from madoguchi.web.dates import short_era_date
from plugins.card_management.declarations.scans import SCAN_LABELS
from plugins.card_management.models import Card
from plugins.card_management.models.scans import DOCUMENT_SEALED, ScanDocument, ScanPage
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.services import figures, scans_store
from plugins.card_management.services import scans_indexes as indexes
from plugins.card_management.services.indexes import index_reference

TABLE: Final = "card_management_scandocument"
PICKUP: Final = "pickup:"
SHOWN_LETTERS: Final = 4


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the scanned papers of a person: under the number, or under reading and birth date."""
    fits = Q()
    if wanted.reference:
        fits |= Q(number_index=index_reference(reference=normalise_reference(wanted.reference)))
    if wanted.kana:
        by_name = Q(kana_index=indexes.index_kana(wanted.kana))
        if wanted.birthday is not None:
            by_name &= Q(born_index=indexes.index_born(wanted.birthday.isoformat()))
        fits |= by_name
    cards = [UUID(key.removeprefix(PICKUP)) for key in wanted.keys if key.startswith(PICKUP)]
    if cards:
        # A paper of which only the number was typed belongs to whoever has the card of that number.
        numbers = Card.objects.filter(id__in=cards).values_list("reference_index", flat=True)
        fits |= Q(number_index__in=list(numbers))
    if not fits:
        return []
    opener = vault.sealer(place=DOCUMENT_SEALED)
    rows = ScanDocument.objects.filter(fits).order_by("id")
    return [_record(row, opener.open(row.sealed, row.id), wanted) for row in rows]


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase the papers among these records, with their pictures."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    ids = _erase(ScanDocument.objects.filter(id__in=own))
    return [Erased(label=_("スキャンした書類"), rows=len(ids), ids=frozenset(ids))]


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the papers that were scanned before a day."""
    return _over(before, held).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such papers with their pictures, the oldest first."""
    oldest = list(_over(before, held).order_by("created_at").values_list("id", flat=True)[:limit])
    return len(_erase(ScanDocument.objects.filter(id__in=oldest)))


def find_to_hold(reference: str) -> Sequence[tuple[str, str]]:
    """Find the papers of a notice number, named by its last letters."""
    number = normalise_reference(reference)
    rows = ScanDocument.objects.filter(number_index=index_reference(reference=number))
    return [(str(key), f"…{number[-SHOWN_LETTERS:]}") for key in rows.values_list("id", flat=True)]


def _over(before: date, held: Iterable[str]) -> "QuerySet[ScanDocument]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    over = ScanDocument.objects.filter(created_at__lt=start)
    return over.exclude(id__in=[UUID(key) for key in held])


def _erase(documents: "QuerySet[ScanDocument]") -> list[str]:
    ids = list(documents.values_list("id", flat=True))
    names = list(ScanPage.objects.filter(document__in=ids).values_list("stored_as", flat=True))
    ScanDocument.objects.filter(id__in=ids).delete()
    # With the rows their keys are gone; the files follow once that is certain.
    transaction.on_commit(lambda: scans_store.drop(names))
    return [str(key) for key in ids]


def _record(row: ScanDocument, said: dict[str, Any], wanted: PersonWanted) -> HeldRecord:
    label = str(SCAN_LABELS.get(row.kind, row.kind))
    facts = [
        (_("種類"), label),
        (_("照会番号"), said.get(fields.NUMBER) or "—"),
        (_("氏名"), said.get(fields.NAME) or "—"),
        (_("氏名カナ"), said.get(fields.KANA) or "—"),
        (_("生年月日"), said.get(fields.BORN_ON) or "—"),
        (_("書類の日付"), short_era_date(row.written_on) if row.written_on else "—"),
        (_("メモ"), said.get(fields.NOTE) or "—"),
        (_("ページ"), str(ScanPage.objects.filter(document=row).count())),
    ]
    is_own = fields.plain_kana(said.get(fields.KANA, "")) == fields.plain_kana(wanted.kana)
    is_born = wanted.birthday is not None and said.get(fields.BORN_ON) == wanted.birthday.isoformat()
    return HeldRecord(
        key=f"{TABLE}:{row.id}",
        label=_("スキャンした書類"),
        title=label,
        facts=tuple(facts),
        since=row.created_at.astimezone(UTC),
        is_certain=is_own and is_born,
        erasing=_("書類の画像と入力した内容を、すべて消します。"),
    )


def _count_visits(*, before: date, held: frozenset[str]) -> int:
    return figures.visits_before(before=before)


def _erase_visits(*, before: date, held: frozenset[str], limit: int) -> int:
    return figures.erase_visits(before=before, limit=limit)


DATA_CLASSES: Final = (
    DataClass(
        name="card_management.scans",
        label=gettext_lazy("スキャンした書類"),
        since=gettext_lazy("スキャンした日"),
        effect=gettext_lazy("書類の画像と入力した内容を消します。束の枚数の記録は残ります。"),
        tables=(
            "card_management_scandocument",
            "card_management_scanentry",
            "card_management_scanpage",
            "card_management_scanpiece",
            "card_management_scanbatch",
        ),
        default_months=60,
        holds_by=gettext_lazy("照会番号"),
        find=find_to_hold,
        count=count_due,
        erase=erase_due,
        order=110,
    ),
    DataClass(
        name="card_management.visit_counts",
        label=gettext_lazy("来庁の予約の件数"),
        since=gettext_lazy("来庁の予約の日"),
        effect=gettext_lazy("集計に使う予約の件数（氏名のない記録）を消します。"),
        tables=("card_management_visitfact", "card_management_expirycount"),
        default_months=60,
        count=_count_visits,
        erase=_erase_visits,
        order=120,
    ),
)
