"""Letters, envelopes and labels by the thousand: asked for, set, noted as sent, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.jobs import services as jobs
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.declarations.forms import PRINT_LETTERS
from plugins.card_management.models import Card
from plugins.card_management.models.forms import LetterLine, LetterPiece, LetterRun
from plugins.card_management.rules.facts import Fact
from plugins.card_management.services import facts, forms_pieces, forms_steps, forms_templates
from plugins.card_management.services.forms_facts import refuse_masked
from plugins.card_management.services.forms_writing import Written, write
from plugins.card_management.services.reach import reached

OBJECT: Final = "card_management.letter_run"
MOST: Final = 5_000
AT_ONCE: Final = 20
# So many letters keep the press below 300 MB of memory.
CHUNK: Final = 500
KEPT: Final = timedelta(days=14)
Tell = Callable[[int, int], None]
_OUTCOMES: Final = """
    UPDATE card_management_letterline AS line
       SET position = fresh.position, outcome = fresh.outcome,
           reasons = coalesce(string_to_array(nullif(fresh.reasons, ''), ','), '{}')
      FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS fresh (id, position, outcome, reasons)
     WHERE line.id = fresh.id AND line.run_id = %s
"""


class NoLetters(Invalid):
    """No card was chosen."""

    code = "no_letters"
    message = gettext_lazy("印刷するカードがありません。条件を変えてください。")


class TooManyLetters(Invalid):
    """More letters than one job sets."""

    code = "too_many_letters"
    message = gettext_lazy("一度に印刷できるのは5,000枚までです。到着日などで分けてください。")


class RunNotFound(NotFound):
    """There is no such job of letters."""

    code = "letter_run_not_found"
    message = gettext_lazy("この印刷の記録は見つかりません。")


class NotReady(DomainError):
    """The letters are not set yet, were taken back, or are no longer kept."""

    code = "letters_not_ready"
    message = gettext_lazy("印刷できる文書がありません。準備中か、取り消したか、保存の期間を過ぎています。")


class NothingToUndo(DomainError):
    """Nothing was noted as sent, or it was taken back before."""

    code = "letters_not_noted"
    message = gettext_lazy("取り消せる送付の記録はありません。")


@dataclass(frozen=True, kw_only=True)
class LetterOrder:
    """Which letter for which cards, in which order, from which label on."""

    key: str
    cards: Sequence[UUID]
    order: str = "postcode"
    notes_sending: bool = False
    first_label: int = 1


def start(*, order: LetterOrder, eyes: Eyes, actor: Actor, now: datetime) -> LetterRun:
    """Ask for letters; whoever calls hands the run on to `carry_out`, at once or by a worker.

    Raises NoLetters, TooManyLetters, FormIsMasked and NoSuchForm.
    """
    refuse_masked(eyes)
    cards = list(dict.fromkeys(order.cards))
    if not cards:
        raise NoLetters
    if len(cards) > MOST:
        raise TooManyLetters(count=len(cards))
    template = forms_templates.current(key=order.key, now=now)
    with transaction.atomic():
        run = LetterRun.objects.create(
            key=order.key,
            template=template,
            sent_on=clock.local(now).date() if order.notes_sending else None,
            order=order.order,
            first_label=max(1, order.first_label),
            made_at=now,
            made_by_id=actor.id,
            made_by_name=actor.name,
        )
        known = Card.objects.filter(id__in=cards).values_list("id", flat=True)
        own = set(known.filter(reached(eyes)))
        LetterLine.objects.bulk_create(
            [_line(run, card, is_own=card in own) for card in known],
            batch_size=1000,
        )
        run.job = _queue(run, actor, now)
        run.save(update_fields=["job"])
    return run


def is_small(run: LetterRun) -> bool:
    """Tell whether letters are set while somebody waits."""
    return run.lines.count() <= AT_ONCE


def carry_out(*, run_id: UUID, actor: Actor, now: datetime, tell: Tell) -> LetterRun:
    """Set the letters of a run in chunks, seal them, and note them as sent; a second time changes nothing.

    Raises RunNotFound.
    """
    run = _locked(run_id)
    if run.state != LetterRun.State.WAITING:
        return run
    written = write(run=run, now=now)
    _note_outcome(run, written)
    forms_pieces.keep(run=run, pdf=_set(run, written, now, tell))
    run.printed, run.left_out = len(written.printed), len(written.left_out)
    run.state, run.finished_at = LetterRun.State.DONE, now
    run.save(update_fields=["printed", "left_out", "state", "finished_at"])
    if run.sent_on is not None:
        _note_sent(run, written, actor, now)
    forms_steps.note(run=run, cards=[row.card for row in written.printed], actor=actor, now=now)
    _record("letters_printed", run, [str(line.card) for line in written.printed], actor, now)
    return run


def close(*, run: LetterRun, now: datetime) -> None:
    """Close the job of letters that are set."""
    assert run.job is not None
    message = _("%(printed)d枚を作りました。除いたカード：%(left)d件") % {
        "printed": run.printed,
        "left": run.left_out,
    }
    total = run.printed + run.left_out
    jobs.finish(job_id=run.job, total=total, errors=run.left_out, message=message, now=now)


def release(*, run_id: UUID) -> None:
    """Mark letters as failed whose worker broke down; nothing was noted as sent."""
    LetterRun.objects.filter(id=run_id, state=LetterRun.State.WAITING).update(state=LetterRun.State.FAILED)


def find(*, run_id: UUID) -> LetterRun:
    """Find a job of letters.

    Raises RunNotFound.
    """
    found = LetterRun.objects.select_related("template").filter(id=run_id).first()
    if found is None:
        raise RunNotFound(run=str(run_id))
    return found


def read(*, run_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> bytes:
    """Open the PDF of a run for somebody, and record that they read it.

    Raises RunNotFound, NotReady and FormIsMasked.
    """
    refuse_masked(eyes)
    run = find(run_id=run_id)
    pdf = forms_pieces.read(run=run) if run.state == LetterRun.State.DONE else b""
    # A paper for everybody is closed to who may not see all of it.
    if not pdf or not _is_all_own(run, eyes):
        raise NotReady(run=str(run_id))
    shown = run.lines.filter(outcome=LetterLine.Outcome.PRINTED).values_list("card_id", flat=True)
    audit.record_read(
        actor=actor,
        object_type="card_management.card",
        object_ids=[str(card) for card in shown],
        purpose="card_management.letters_shown",
        now=now,
    )
    return pdf


def undo(*, run_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> tuple[int, int]:
    """Take back that letters were sent: how many days were put back, and how many were changed since.

    Raises RunNotFound, for letters of other places, too, and NothingToUndo.
    """
    with transaction.atomic():
        run = _locked(run_id)
        if not _is_all_own(run, eyes):
            raise RunNotFound(run=str(run_id))
        if not forms_steps.can_undo(run):
            raise NothingToUndo(run=str(run_id))
        printed = run.lines.filter(outcome=LetterLine.Outcome.PRINTED)
        sent = printed if run.sent_on else printed.none()
        restored = _put_back(run, list(sent.values_list("card_id", "sent_before")), actor, now)
        restored = [*restored, *forms_steps.take_back(run=run, actor=actor, now=now)]
        LetterPiece.objects.filter(run=run).delete()
        run.state, run.undone_at = LetterRun.State.UNDONE, now
        run.save(update_fields=["state", "undone_at"])
        _record("letters_undone", run, [str(card) for card in restored], actor, now)
    return len(restored), run.printed - len(restored)


def forget(*, now: datetime) -> int:
    """Throw the PDFs away that were made long ago."""
    old = LetterPiece.objects.filter(run__made_at__lt=now - KEPT)
    runs = list(old.order_by().values_list("run_id", flat=True).distinct())
    if runs:
        old.delete()
        audit.record(
            actor=SYSTEM,
            action="card_management.letters_forgotten",
            object_type=OBJECT,
            object_ids=[str(run) for run in runs],
            now=now,
        )
    return len(runs)


def card_of_number(line: int) -> UUID | None:
    """Tell for which card a letter was, by the number in its bars."""
    return LetterLine.objects.filter(id=line).values_list("card_id", flat=True).first()


def _is_all_own(run: LetterRun, eyes: Eyes) -> bool:
    printed = run.lines.filter(outcome=LetterLine.Outcome.PRINTED)
    return printed.filter(reached(eyes, card="card__")).count() == printed.count()


def _line(run: LetterRun, card: UUID, *, is_own: bool) -> LetterLine:
    if is_own:
        return LetterLine(run=run, card_id=card)
    return LetterLine(run=run, card_id=card, outcome=LetterLine.Outcome.LEFT_OUT, reasons=["other_place"])


def _queue(run: LetterRun, actor: Actor, now: datetime) -> UUID:
    # A worker that asks for letters has no host, and so no pages of its own.
    title, pages = forms_templates.sort_of(run.key).title, settings.MADOGUCHI["URLCONFS"]["staff"]
    return jobs.queue(
        kind="card_management.letters",
        title=_("印刷の準備：%(title)s") % {"title": title},
        permission=PRINT_LETTERS,
        return_url=reverse("cards:letters_show", urlconf=pages, args=[run.id]),
        actor=actor,
        now=now,
    ).id


def _locked(run_id: UUID) -> LetterRun:
    found = LetterRun.objects.select_for_update().filter(id=run_id).first()
    if found is None:
        raise RunNotFound(run=str(run_id))
    return found


def _set(run: LetterRun, written: Written, now: datetime, tell: Tell) -> bytes:
    done, parts = 0, list[bytes]()
    for chunk in written.chunks(CHUNK, used=run.first_label - 1):
        parts.append(written.pdf(chunk, first_label=run.first_label if not parts else 1, now=now))
        done += len(chunk)
        tell(done, len(written.printed))
    return forms_pieces.joined(parts, title=str(forms_templates.sort_of(run.key).title))


def _note_outcome(run: LetterRun, written: Written) -> None:
    rows = [*written.printed, *written.left_out]
    outcomes = {True: LetterLine.Outcome.PRINTED.value, False: LetterLine.Outcome.LEFT_OUT.value}
    columns = (
        [row.line for row in rows],
        [row.position for row in rows],
        [outcomes[row.is_printed] for row in rows],
        [",".join(row.reasons) for row in rows],
    )
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [*columns, run.id])


def _note_sent(run: LetterRun, written: Written, actor: Actor, now: datetime) -> None:
    before: dict[UUID, date | str | None] = {}
    for fact in (Fact.NOTICE_SENT_ON, Fact.NOTICE_RESENT_ON):
        cards = [row.card for row in written.printed if row.fact is fact]
        if cards:
            before |= facts.change_many(cards=cards, fact=fact, value=run.sent_on, actor=actor, now=now)
    held = [row for row in written.printed if before.get(row.card) is not None]
    LetterLine.objects.bulk_update(
        [LetterLine(id=row.line, sent_before=before[row.card]) for row in held],
        ["sent_before"],
        batch_size=500,
    )


def _put_back(
    run: LetterRun, lines: Sequence[tuple[UUID, object]], actor: Actor, now: datetime
) -> Sequence[UUID]:
    restored: list[UUID] = []
    earlier = dict(lines)
    # Sent a second time comes after sent: where both are of this day, the later one is taken back.
    for fact in (Fact.NOTICE_RESENT_ON, Fact.NOTICE_SENT_ON):
        ours = Card.objects.filter(id__in=earlier, **{fact.value: run.sent_on}).exclude(id__in=restored)
        if fact is Fact.NOTICE_RESENT_ON:
            ours = ours.filter(notice_returned_on__isnull=False)
        before = {card: earlier[card] for card in ours.values_list("id", flat=True)}
        facts.put_back(before=before, fact=fact, actor=actor, now=now)  # type: ignore[arg-type]
        restored += before
    return restored


def _record(action: str, run: LetterRun, cards: Sequence[str], actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type="card_management.card",
        object_ids=cards,
        details={"form": run.key, "run": str(run.id), "count": len(cards)},
        now=now,
    )
