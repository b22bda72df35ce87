"""The renewal list against the cards that were made: taken in, matched, and settled by people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.formats.renewals import PERSON, RenewalRow
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import RENEWAL_SEALED, RenewalTarget, Resident
from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.rules.register_matching import fold_name
from plugins.card_management.rules.register_reasons import Standing
from plugins.card_management.rules.renewals import Match, compare, exception_of, is_doubtful
from plugins.card_management.services.indexes import CardIndexes, fold_kana, index_for

OBJECT: Final = "card_management.renewal_target"
BATCH: Final = 1_000
_WRITTEN: Final = (
    "holder_index",
    "fingerprint",
    "sealed",
    "expires_on",
    "is_settled",
    "last_import",
    "updated_at",
)
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_management.renewals'))"
_REPEATED: Final = _("同じ人の行が前にもあります（前の行だけを取り込みます）。")


class TargetNotFound(NotFound):
    """Nobody stands under this key in the renewal list."""

    code = "renewal_target_not_found"
    message = _("この更新対象者は見つかりません。")


@dataclass(slots=True)
class _Draft:
    row: RenewalRow
    person: bytes
    holder: bytes | None
    fingerprint: bytes


class RenewalWriter:
    """Compares and writes the rows of one list; the same person again is updated, never doubled."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._person = index_for(purpose="renewal.person")
        self._content = index_for(purpose="renewal.content")
        self._holder = CardIndexes.of_city().holder
        self._seen: set[bytes] = set()

    def compare(self, rows: Sequence[tuple[int, RenewalRow]]) -> Comparison:
        """Count what writing these rows would do."""
        return self._sort(rows)[0]

    def write(self, rows: Sequence[tuple[int, RenewalRow]]) -> Comparison:
        """Write new people and bring known ones up to date."""
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        counted, new, changed = self._sort(rows)
        RenewalTarget.objects.bulk_create([self._new(draft) for draft in new])
        for target, draft in changed:
            self._put(target, draft)
        RenewalTarget.objects.bulk_update(
            [target for target, _ in changed],
            [
                "holder_index",
                "fingerprint",
                "sealed",
                "expires_on",
                "is_settled",
                "last_import",
                "updated_at",
            ],
            batch_size=BATCH,
        )
        return counted

    def finish(self, *, is_applying: bool) -> Comparison:
        """Match the list once it is written."""
        if is_applying:
            match_all(now=self._now)
        return Comparison()

    def undo(self) -> int:
        """Remove the people whom this list brought and no later list named."""
        brought = RenewalTarget.objects.filter(import_job=self._import_id, last_import=self._import_id)
        return brought.filter(is_settled=False).delete()[0]

    def _sort(
        self, rows: Sequence[tuple[int, RenewalRow]]
    ) -> tuple[Comparison, list[_Draft], list[tuple[RenewalTarget, _Draft]]]:
        counted, drafts = Comparison(), []
        for line, row in rows:
            draft = self._draft(row)
            if draft.person in self._seen:
                counted.problems.append(LineProblem(line, PERSON, str(_REPEATED)))
                continue
            self._seen.add(draft.person)
            drafts.append(draft)
        found = RenewalTarget.objects.filter(person_index__in=[draft.person for draft in drafts])
        known = {bytes(target.person_index): target for target in found}
        new = [draft for draft in drafts if draft.person not in known]
        changed = [
            (known[draft.person], draft)
            for draft in drafts
            if draft.person in known and bytes(known[draft.person].fingerprint) != draft.fingerprint
        ]
        counted.new, counted.changed = len(new), len(changed)
        counted.same = len(drafts) - len(new) - len(changed)
        return counted, new, changed

    def _draft(self, row: RenewalRow) -> _Draft:
        kana = fold_kana(row.kana)
        holder = self._holder(f"{kana}|{row.birth.born_on}") if row.birth.born_on else None
        words = (*row[:2], row.birth.key, row.address, row.expires_on.isoformat(), *row[5:])
        return _Draft(
            row,
            self._person(f"{fold_name(row.name)}|{kana}|{row.birth.key}"),
            holder,
            self._content("\x1f".join(words)),
        )

    def _new(self, draft: _Draft) -> RenewalTarget:
        target = RenewalTarget(
            id=uuid4(), person_index=draft.person, import_job=self._import_id, created_at=self._now
        )
        self._put(target, draft)
        return target

    def _put(self, target: RenewalTarget, draft: _Draft) -> None:
        target.holder_index, target.fingerprint = draft.holder, draft.fingerprint
        target.sealed = vault.seal(fields=_fields_of(draft.row), place=RENEWAL_SEALED, row=target.id)
        target.expires_on, target.is_settled = draft.row.expires_on, False
        target.last_import, target.updated_at = self._import_id, self._now


def match_all(*, now: datetime) -> int:
    """Match everybody of the list whom no person settled; tell how many matches changed."""
    keys = RenewalTarget.objects.filter(is_settled=False).order_by("id").values_list("id", flat=True)
    return sum(_match_some(batch, now) for batch in _batches(list(keys)))


def settle(*, target_id: UUID, card_id: UUID | None, actor: Actor, now: datetime) -> None:
    """Keep the match that a person chose: this card, or none.

    Raises TargetNotFound.
    """
    target = RenewalTarget.objects.select_for_update().filter(id=target_id).first()
    if target is None or (card_id is not None and card_id not in candidates(target)):
        raise TargetNotFound(target=str(target_id))
    target.card_id, target.is_settled, target.settled_by_name = card_id, True, actor.name
    target.state = Match.BOTH if card_id else Match.ONLY_LIST
    target.matched_at = target.updated_at = now
    target.save()
    audit.record(
        actor=actor,
        action="card_management.renewal_settled",
        object_type=OBJECT,
        object_ids=[str(target_id)],
        details={"state": target.state},
        now=now,
    )


def candidates(target: RenewalTarget, /) -> list[UUID]:
    """List the cards for a renewal that may be this person's."""
    own = []
    if target.holder_index is not None:
        own = list(_issued().filter(holder_index=target.holder_index).values_list("id", flat=True))
    fields = vault.open_sealed(sealed=target.sealed, place=RENEWAL_SEALED, row=target.id)
    return [*own, *(card for card in _numbered([fields]).get(_key(fields), []) if card not in own)]


def _numbered(listed: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], list[UUID]]:
    """Find cards under the numbers of a list whose reading or birth date differs, but not both.

    A number alone names nobody: a city may use it again for somebody else.
    """
    index = CardIndexes.of_city().reference
    named = [fields for fields in listed if fields.get("reference")]
    opener = vault.sealer(place=SEALED)
    cards: dict[str, list[tuple[UUID, dict[str, Any]]]] = {}
    for card in _issued().filter(reference_index__in=[index(fields["reference"]) for fields in named]):
        words = opener.open(card.sealed, card.id)
        cards.setdefault(words["reference"], []).append((card.id, words))
    found: dict[tuple[str, ...], list[UUID]] = {}
    for fields in named:
        beside = cards.get(fields["reference"], [])
        found[_key(fields)] = [card for card, words in beside if is_doubtful(listed=fields, card=words)]
    return found


def _key(fields: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(fields.get(name, "")) for name in ("reference", "kana", "born_on"))


def _issued() -> Any:
    return Card.objects.filter(kind=Kind.RENEWAL).exclude(state=State.DISPOSED).order_by("id")


def _batches(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for first in range(0, len(keys), BATCH):
        yield keys[first : first + BATCH]


def _match_some(keys: Sequence[UUID], now: datetime) -> int:
    today = clock.local(now).date()
    targets = list(RenewalTarget.objects.filter(id__in=keys))
    holders = [bytes(target.holder_index) for target in targets if target.holder_index is not None]
    cards = _cards_of(holders)
    gone = _standings_of(holders)
    opener = vault.sealer(place=RENEWAL_SEALED)
    opened = {target.id: opener.open(target.sealed, target.id) for target in targets}
    numbered = _numbered(opened.values())
    changed = []
    for target in targets:
        holder = bytes(target.holder_index or b"")
        fields = opened[target.id]
        among = cards.get(holder, [])
        state, index = compare(listed=fields, issued=[words for _, words, _ in among])
        if state is Match.ONLY_LIST and numbered.get(_key(fields)):
            state = Match.CONFLICT
        flags = [flag for _, _, held in among for flag in held]
        exception = _exception(target.expires_on, gone.get(holder, []), flags, today)
        card = among[index][0] if index is not None else None
        if (target.state, target.card_id, target.exception) != (state, card, exception):
            target.state, target.card_id, target.exception = state, card, exception
            target.matched_at = now
            changed.append(target)
    RenewalTarget.objects.bulk_update(changed, ["state", "card", "exception", "matched_at"], batch_size=BATCH)
    return len(changed)


def _exception(
    expires_on: date | None, standings: Sequence[Standing], flags: Sequence[str], today: date
) -> str:
    # Several residents of one reading and birth date: it is not known who is meant.
    standing = standings[0] if len(standings) == 1 else Standing.PRESENT
    found = exception_of(expires_on=expires_on, standing=standing, flags=flags, today=today)
    return found.value if found else ""


def _cards_of(holders: Sequence[bytes]) -> dict[bytes, list[tuple[UUID, dict[str, Any], list[str]]]]:
    opener = vault.sealer(place=SEALED)
    found: dict[bytes, list[tuple[UUID, dict[str, Any], list[str]]]] = {}
    for card in _issued().filter(holder_index__in=holders):
        words = opener.open(card.sealed, card.id)
        found.setdefault(bytes(card.holder_index or b""), []).append((card.id, words, list(card.flags)))
    return found


def _standings_of(holders: Sequence[bytes]) -> dict[bytes, list[Standing]]:
    found: dict[bytes, list[Standing]] = {}
    rows = Resident.objects.filter(holder_index__in=holders).values_list("holder_index", "standing")
    for holder, standing in rows:
        found.setdefault(bytes(holder or b""), []).append(Standing(standing))
    return found


def _fields_of(row: RenewalRow) -> Mapping[str, str]:
    fields = {
        "name": row.name,
        "kana": row.kana,
        "born_on": row.birth.born_on,
        "born_text": row.birth.text,
        "born_precision": row.birth.precision,
        "address": row.address,
        "reference": row.reference,
        "application_id": row.application,
        "postcode": row.postcode,
    }
    return {name: value for name, value in fields.items() if value or name == "born_on"}
