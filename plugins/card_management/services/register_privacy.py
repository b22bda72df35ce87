"""What the register and the renewal list hold about one person, how long, and how it goes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.ledger import vault
from madoguchi.web.dates import short_era_date
from plugins.card_management.declarations.register import EXCEPTION_LABELS, REASON_WORDS, STANDING_LABELS
from plugins.card_management.formats.births import born_day, born_words
from plugins.card_management.models.register import (
    RENEWAL_SEALED,
    RESIDENT_SEALED,
    CardResident,
    FilePickup,
    RenewalTarget,
    Resident,
)
from plugins.card_management.rules.life_cycle import GONE
from plugins.card_management.rules.register_reasons import Standing
from plugins.card_management.services.indexes import fold_kana, index_holder
from plugins.card_management.services.privacy import sex_words

RESIDENTS: Final = "card_management_resident"
RENEWALS: Final = "card_management_renewaltarget"
PICKUP: Final = "pickup:"
_WORDS: Final = (
    ("name", gettext_lazy("氏名")),
    ("kana", gettext_lazy("氏名カナ")),
    ("name_alphabet", gettext_lazy("氏名（アルファベット）")),
    ("common_name", gettext_lazy("通称")),
    ("former_name", gettext_lazy("旧氏")),
    ("postcode", gettext_lazy("郵便番号")),
    ("address", gettext_lazy("住所")),
    ("code", gettext_lazy("住民票コード")),
    ("reference", gettext_lazy("交付通知書の番号")),
    ("application_id", gettext_lazy("申請書ID")),
)
# What stands beside the sealed words, of a resident and of a renewal.
_DAYS: Final = (
    ("changed_on", gettext_lazy("異動日")),
    ("stay_until", gettext_lazy("在留期限")),
    ("expires_on", gettext_lazy("有効期限")),
)
_CODES: Final = (
    ("standing", gettext_lazy("住民の状態"), STANDING_LABELS),
    ("reason", gettext_lazy("異動事由"), REASON_WORDS),
    ("exception", gettext_lazy("例外"), EXCEPTION_LABELS),
    ("card_held", gettext_lazy("カード有無"), {"yes": gettext_lazy("有"), "no": gettext_lazy("無")}),
)


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the residents and renewals of a person: by one of their cards, or by reading and birth date."""
    cards = [UUID(key.removeprefix(PICKUP)) for key in wanted.keys if key.startswith(PICKUP)]
    joined = Q(cards__card__in=cards)
    found = [
        _record(RESIDENTS, _("連携した住民の情報"), row, fields, is_certain=True)
        for row, fields in _opened(Resident.objects.filter(joined).distinct(), RESIDENT_SEALED)
    ]
    found += [
        _record(RENEWALS, _("更新対象者"), row, fields, is_certain=True)
        for row, fields in _opened(RenewalTarget.objects.filter(card__in=cards), RENEWAL_SEALED)
    ]
    if wanted.kana and not wanted.reference:
        found += _named(wanted)
    return list({record.key: record for record in reversed(found)}.values())


def _named(wanted: PersonWanted) -> Iterator[HeldRecord]:
    kinds = (
        (RESIDENTS, _("連携した住民の情報"), Resident.objects.all(), RESIDENT_SEALED),
        (RENEWALS, _("更新対象者"), RenewalTarget.objects.all(), RENEWAL_SEALED),
    )
    for table, label, rows, place in kinds:
        among: QuerySet[Any] = rows
        if wanted.birthday is not None:
            index = index_holder(kana=wanted.kana, born_on=wanted.birthday.isoformat())
            among = among.filter(holder_index=index)
        for row, fields in _opened(among, place):
            is_born = wanted.birthday is None or born_day(fields) == wanted.birthday
            if is_born and fold_kana(str(fields.get("kana", ""))) == fold_kana(wanted.kana):
                yield _record(table, label, row, fields, is_certain=wanted.birthday is not None)


def _opened(rows: "QuerySet[Any]", place: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    opener = vault.sealer(place=place)
    for row in rows.order_by("id"):
        yield row, opener.open(row.sealed, row.id)


def _record(table: str, label: str, row: Any, fields: dict[str, Any], *, is_certain: bool) -> HeldRecord:
    facts = [(str(word), str(fields[name])) for name, word in _WORDS if fields.get(name)]
    facts.append((_("生年月日"), born_words(fields)))
    if fields.get("sex"):
        facts.append((_("性別"), sex_words(str(fields["sex"]))))
    facts += [
        (str(word), str(words[code])) for name, word, words in _CODES if (code := _of(row, name)) in words
    ]
    facts += [(str(word), short_era_date(day)) for name, word in _DAYS if (day := _of(row, name))]
    return HeldRecord(
        key=f"{table}:{row.id}",
        label=label,
        title=str(fields.get("name", "")),
        facts=tuple(facts),
        since=row.created_at.astimezone(UTC),
        is_certain=is_certain,
        erasing=_("この記録を消します。次に届く連携ファイルに載っていれば、もう一度記録されます。"),
    )


def _of(row: Any, name: str) -> Any:
    return getattr(row, name, None)


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase residents and renewals among these records."""
    wanted = list(records)
    kinds: tuple[tuple[str, str, QuerySet[Any]], ...] = (
        (RESIDENTS, _("連携した住民の情報"), Resident.objects.all()),
        (RENEWALS, _("更新対象者"), RenewalTarget.objects.all()),
    )
    erased = []
    for table, label, rows in kinds:
        own = [UUID(key.rpartition(":")[2]) for key in wanted if key.startswith(f"{table}:")]
        found = rows.filter(id__in=own)
        ids = frozenset(str(key) for key in found.values_list("id", flat=True))
        found.delete()
        erased.append(Erased(label=label, rows=len(ids), ids=ids))
    return erased


def _moment(before: date) -> datetime:
    return datetime.combine(before, time.min, tzinfo=clock.JAPAN)


def _gone(before: date) -> "QuerySet[Resident]":
    waiting = CardResident.objects.exclude(card__state__in=GONE).values("resident")
    gone = Resident.objects.exclude(standing=Standing.PRESENT).filter(updated_at__lt=_moment(before))
    return gone.exclude(id__in=waiting)


def _renewed(before: date) -> "QuerySet[RenewalTarget]":
    return RenewalTarget.objects.filter(updated_at__lt=_moment(before))


def _picked(before: date) -> "QuerySet[FilePickup]":
    return FilePickup.objects.filter(found_at__lt=_moment(before))


def _kind(
    name: str, words: tuple[Any, Any, Any], tables: tuple[str, ...], rows: Any, *, months: int, order: int
) -> DataClass:
    label, since, effect = words

    def count(*, before: date, held: frozenset[str]) -> int:
        return int(rows(before).count())

    def erase(*, before: date, held: frozenset[str], limit: int) -> int:
        oldest = list(rows(before).order_by("pk").values_list("pk", flat=True)[:limit])
        rows(before).filter(pk__in=oldest).delete()
        return len(oldest)

    return DataClass(
        name=f"card_management.{name}",
        label=label,
        since=since,
        effect=effect,
        tables=tables,
        default_months=months,
        count=count,
        erase=erase,
        order=order,
    )


DATA_CLASSES: Final = (
    _kind(
        "residents",
        (
            gettext_lazy("連携した住民の情報"),
            gettext_lazy("住民でなくなった日"),
            gettext_lazy(
                "転出・死亡・消除となった方の情報を消します。渡していないカードがある方は消しません。"
            ),
        ),
        (RESIDENTS, "card_management_cardresident"),
        _gone,
        months=12,
        order=110,
    ),
    _kind(
        "renewals",
        (
            gettext_lazy("更新対象者リスト"),
            gettext_lazy("最後に取り込んだ日"),
            gettext_lazy("更新対象者の氏名・住所と突合せの結果を消します。カードの記録は消しません。"),
        ),
        (RENEWALS,),
        _renewed,
        months=36,
        order=111,
    ),
    _kind(
        "picked_files",
        (
            gettext_lazy("取得した連携ファイルの記録"),
            gettext_lazy("ファイルを見つけた日"),
            gettext_lazy("止まったままのファイルの内容と、取得の記録を消します。"),
        ),
        ("card_management_filepickup", "card_management_quarantinepiece"),
        _picked,
        months=6,
        order=112,
    ),
)
