"""Find what is held about one person in every plugin, on or off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.registry import plugins

ROUNDS = 5
MOST_RECORDS = 500


class NothingAsked(Invalid):
    """A search without a word would show everybody."""

    code = "nothing_asked"
    message = _("照会番号・予約番号・氏名カナ・メールアドレスのどれかを入力してください。")


class NotSearchable(DomainError):
    """A plugin could not look, so the answer would not be whole."""

    code = "person_not_searchable"
    message = _(
        "一部の機能で調べられませんでした。結果が欠けるおそれがあるため、中止しました。運用者に連絡してください。"
    )


class TooMany(Invalid):
    """So many records cannot be one person's."""

    code = "too_many_records"
    message = _("見つかったデータが多すぎます。照会番号や生年月日で絞ってください。")


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything found about one person, in the order of the plugins."""

    records: Sequence[HeldRecord]

    def chosen(self, keys: Collection[str]) -> Sequence[HeldRecord]:
        """Give the records that somebody said are the person's."""
        return [record for record in self.records if record.key in keys]


def find(*, wanted: PersonWanted) -> Found:
    """Ask every plugin, and follow what certain records lead to until nothing new is found.

    Raises NothingAsked, TooMany and NotSearchable: an answer is whole or none.
    """
    if not (wanted.reference or wanted.booking_number or wanted.kana or wanted.email or wanted.phone):
        raise NothingAsked
    found: dict[str, HeldRecord] = {}
    for _round in range(ROUNDS):
        found = _look(wanted)
        keys = wanted.keys.union(*(each.leads_to for each in found.values() if each.is_certain))
        if keys == wanted.keys:
            break
        wanted = replace(wanted, keys=keys)
    if len(found) > MOST_RECORDS:
        raise TooMany
    return Found(records=list(found.values()))


def _look(wanted: PersonWanted) -> dict[str, HeldRecord]:
    found: dict[str, HeldRecord] = {}
    # A question that failed in the database must not spoil the page that says so.
    with transaction.atomic():
        for plugin, answer in plugins.duty("export_personal_data", wanted=wanted):
            if not isinstance(answer, HeldRecord):
                raise NotSearchable(plugin=plugin) from answer
            found[answer.key] = answer
    return found


def erase(*, records: Collection[str], now: datetime) -> Sequence[Erased]:
    """Have every plugin erase its own among these records, all or nothing.

    Raises NotSearchable when one of them could not; the caller's transaction must then be undone.
    """
    erased = []
    for plugin, answer in plugins.duty("erase_personal_data", records=tuple(records), now=now):
        if not isinstance(answer, Erased):
            raise NotSearchable(plugin=plugin) from answer
        erased.append(answer)
    return erased


def written(wanted: PersonWanted) -> dict[str, Any]:
    """Write a question down, to be sealed."""
    values = asdict(wanted)
    return {
        **values,
        "birthday": wanted.birthday.isoformat() if wanted.birthday else None,
        "keys": sorted(wanted.keys),
    }


def read(values: Mapping[str, Any]) -> PersonWanted:
    """Read a question back."""
    birthday = values["birthday"]
    return PersonWanted(
        **{
            **values,
            "birthday": date.fromisoformat(birthday) if birthday else None,
            "keys": frozenset(values["keys"]),
        }
    )


def counts(records: Sequence[HeldRecord]) -> dict[str, int]:
    """Count the records of each kind, in words."""
    counted: dict[str, int] = {}
    for record in records:
        counted[record.label] = counted.get(record.label, 0) + 1
    return counted
