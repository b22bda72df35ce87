"""Requests of people about their own data: made, approved by a second person, answered or carried out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import ReasonMissing
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.approvals import Decision
from madoguchi.hooks.contracts.people import HeldRecord, PersonWanted
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor, actor_from
from madoguchi.ledger.outbox import journal
from madoguchi.ledger.values import JSON
from madoguchi.privacy import declarations, leftovers, people
from madoguchi.privacy.models import PersonRequest

SEALED = "privacy_personrequest.sealed"
OPEN_FOR = timedelta(days=14)
LEFT_FOR = timedelta(days=60)
Kind, State = PersonRequest.Kind, PersonRequest.State
APPROVALS = {Kind.DISCLOSE: declarations.HAND_OUT, Kind.ERASE: declarations.ERASE_PERSON}


class RequestNotFound(NotFound):
    """There is no such request."""

    code = "person_request_not_found"
    message = gettext_lazy("この請求は見つかりません。")


class NothingChosen(Invalid):
    """No record was said to be the person's."""

    code = "nothing_chosen"
    message = gettext_lazy("本人のデータを1件以上選んでください。")


class InTheWay(DomainError):
    """Some of the records cannot be erased now."""

    code = "erasing_in_the_way"
    message = gettext_lazy("いまは消せないデータが含まれています。理由を確かめて、先に済ませてください。")


class NotReady(DomainError):
    """Nobody has approved it, or it is over."""

    code = "person_request_not_ready"
    message = gettext_lazy("承認された請求ではないため、出力できません。")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request with what it is about, opened."""

    row: PersonRequest
    wanted: PersonWanted
    chosen: frozenset[str]


def begin(*, kind: str, wanted: PersonWanted, reason: str, actor: Actor, now: datetime) -> UUID:
    """Write down that somebody asked, and look for what is held.

    Raises ReasonMissing, NothingAsked, TooMany and NotSearchable.
    """
    if not reason.strip():
        raise ReasonMissing
    found = people.find(wanted=wanted)
    with transaction.atomic():
        row = PersonRequest(
            kind=Kind(kind), reason=reason.strip(), made_at=now, made_by=actor.name, made_by_id=actor.id
        )
        _seal(row, wanted, frozenset())
        row.save(force_insert=True)
        _record_found(row, found.records, actor=actor, now=now)
    return row.id


def open_case(*, request_id: UUID) -> Case:
    """Open a request.

    Raises RequestNotFound.
    """
    row = PersonRequest.objects.filter(id=request_id).first()
    if row is None:
        raise RequestNotFound
    if row.sealed is None:
        return Case(row=row, wanted=PersonWanted(), chosen=frozenset())
    fields: dict[str, Any] = vault.open_sealed(sealed=row.sealed, place=SEALED, row=row.id)
    return Case(row=row, wanted=people.read(fields["wanted"]), chosen=frozenset(fields["chosen"]))


def look(*, case: Case, actor: Actor, now: datetime) -> people.Found:
    """Find again what is held, and write down that it was read."""
    found = people.find(wanted=case.wanted)
    _record_found(case.row, found.records, actor=actor, now=now)
    return found


def ask(*, request_id: UUID, chosen: Collection[str], actor: Actor, now: datetime) -> UUID:
    """Ask a second person to approve the answer or the erasing of the chosen records.

    Raises RequestNotFound, NothingChosen, InTheWay, NotReady and what asking raises.
    """
    with transaction.atomic():
        case = _locked(request_id)
        if case.row.state != State.DRAFT:
            raise NotReady
        records = people.find(wanted=case.wanted).chosen(chosen)
        if not records:
            raise NothingChosen
        if case.row.kind == Kind.ERASE and any(record.obstacle for record in records):
            raise InTheWay
        row = case.row
        row.counts = people.counts(records)
        row.state = State.ASKED
        _seal(row, case.wanted, frozenset(record.key for record in records))
        row.approval = _ask(row, records, actor=actor, now=now)
        row.save()
        audit.record(
            actor=actor,
            action=declarations.ASKED,
            object_type=declarations.PERSON_OBJECT,
            object_ids=[str(row.id)],
            details={"kind": row.kind, "count": len(records)},
            now=now,
        )
    return row.approval


def close(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a request up while nothing has come of it.

    Raises RequestNotFound and NotReady.
    """
    with transaction.atomic():
        case = _locked(request_id)
        if case.row.state not in (State.DRAFT, State.READY):
            raise NotReady
        _end(case.row, State.CLOSED if case.row.handed_out_at is None else State.DONE, now=now)
        audit.record(
            actor=actor,
            action=declarations.CLOSED,
            object_type=declarations.PERSON_OBJECT,
            object_ids=[str(request_id)],
            now=now,
        )


def hand_out(*, request_id: UUID, form: str, actor: Actor, now: datetime) -> Sequence[HeldRecord]:
    """Give the records of an approved request for one way of handing them out, and write that down.

    Raises RequestNotFound and NotReady.
    """
    with transaction.atomic():
        case = _locked(request_id)
        row = case.row
        is_open = row.state == State.READY and row.ready_at is not None and now < row.ready_at + OPEN_FOR
        if row.kind != Kind.DISCLOSE or not is_open:
            raise NotReady
        records = people.find(wanted=case.wanted).chosen(case.chosen)
        row.handed_out_at = row.handed_out_at or now
        row.save(update_fields=["handed_out_at"])
        audit.record(
            actor=actor,
            action=declarations.HANDED_OUT,
            object_type=declarations.PERSON_OBJECT,
            object_ids=[str(row.id), *(_id_of(record.key) for record in records)],
            details={"form": form, "count": len(records)},
            now=now,
        )
    return records


def approve_answer(*, approved: Decision, now: datetime) -> None:
    """Let an answer be handed out."""
    row = _locked(UUID(approved.subject)).row
    row.state, row.ready_at = State.READY, now
    row.save(update_fields=["state", "ready_at"])


def carry_out_erasing(*, approved: Decision, now: datetime) -> None:
    """Erase the records of an approved request, everywhere and at once.

    Raises InTheWay when something stands in the way meanwhile; then nothing is erased.
    """
    case = _locked(UUID(approved.subject))
    records = people.find(wanted=case.wanted).chosen(case.chosen)
    if any(record.obstacle for record in records):
        raise InTheWay
    erased = people.erase(records=[record.key for record in records], now=now)
    ids = frozenset[str]().union(*(each.ids for each in erased))
    swept = leftovers.sweep(ids=ids)
    # Files know no rollback: the journal forgets once the rows are gone for good.
    transaction.on_commit(lambda: journal.drop(ids=ids))
    row = case.row
    row.counts = {each.label: each.rows for each in erased if each.rows}
    _end(row, State.DONE, now=now)
    decided = approved.decided_by
    audit.record(
        actor=actor_from(kind=decided.kind, number=decided.id, name=decided.name),
        action=declarations.PERSON_ERASED,
        object_type=declarations.PERSON_OBJECT,
        object_ids=[str(row.id)],
        details={**row.counts, "events": swept},
        now=now,
    )


def give_back(*, approved: Decision, now: datetime) -> None:
    """Return a request to who made it, because nobody approved it."""
    PersonRequest.objects.filter(id=UUID(approved.subject), state=State.ASKED).update(
        state=State.DRAFT, approval=None
    )


def forget(*, now: datetime) -> int:
    """Empty the answers whose time to be handed out is over, and what nobody went on with; count them."""
    over = PersonRequest.objects.filter(state=State.READY, ready_at__lt=now - OPEN_FOR)
    left = PersonRequest.objects.filter(state=State.DRAFT, made_at__lt=now - LEFT_FOR)
    ended = over.update(state=State.DONE, sealed=None, closed_at=now)
    return ended + left.update(state=State.CLOSED, sealed=None, closed_at=now)


def _locked(request_id: UUID) -> Case:
    PersonRequest.objects.select_for_update().filter(id=request_id).first()
    return open_case(request_id=request_id)


def _seal(row: PersonRequest, wanted: PersonWanted, chosen: frozenset[str]) -> None:
    fields: dict[str, JSON] = {"wanted": people.written(wanted), "chosen": sorted(chosen)}
    row.sealed = vault.seal(fields=fields, place=SEALED, row=row.id)


def _end(row: PersonRequest, state: PersonRequest.State, *, now: datetime) -> None:
    # Who it was must not outlive what was held about them.
    row.state, row.closed_at, row.sealed = state, now, None
    row.save()


def _ask(row: PersonRequest, records: Sequence[HeldRecord], *, actor: Actor, now: datetime) -> UUID:
    effects = [(_("請求"), str(row.get_kind_display()))]
    effects += [(label, _("%(count)d件") % {"count": count}) for label, count in row.counts.items()]
    if row.kind == Kind.ERASE:
        words = list(dict.fromkeys(record.erasing for record in records if record.erasing))
        effects.append((_("消し方"), "\n".join(words)))
        effects.append((_("残るもの"), _("操作履歴（だれがいつ何をしたか）。氏名や連絡先は含みません。")))
    else:
        effects.append((_("承認後"), _("依頼した人が、14日のあいだPDFとファイルで出力できます。")))
    return approvals.ask(
        wish=approvals.Wish(
            kind=APPROVALS[Kind(row.kind)], subject=str(row.id), reason=row.reason, effects=effects
        ),
        actor=actor,
        now=now,
    )


def _record_found(row: PersonRequest, records: Sequence[HeldRecord], *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=declarations.LOOKED_UP,
        object_type=declarations.PERSON_OBJECT,
        object_ids=[str(row.id), *(_id_of(record.key) for record in records)],
        details={"kind": row.kind, "count": len(records)},
        now=now,
    )


def _id_of(key: str) -> str:
    return key.rpartition(":")[2]
