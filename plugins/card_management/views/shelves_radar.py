"""Tasks after changed bookings, the radar of deadlines, and the disposal of what nobody fetched."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of, eyes_of_actor
from madoguchi.approvals import queries as approvals
from madoguchi.approvals.errors import RequestNotFound
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from madoguchi.web.templatetags.madoguchi import wareki_moment
from plugins.card_management.declarations import STATE_LABELS, VIEW_CARDS
from plugins.card_management.declarations.forms import PRINT_LETTERS
from plugins.card_management.declarations.shelves import (
    ASK_DISPOSAL,
    DISPOSAL_LABELS,
    SHELVE,
    STEP_LABELS,
    WAYS,
)
from plugins.card_management.forms.shelves import DisposalForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.queries import shelves_disposals as disposals
from plugins.card_management.queries import shelves_parcels as parcel_queries
from plugins.card_management.queries.shelves_deadlines import RadarRows
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import (
    shelves_disposal,
    shelves_radar,
    shelves_reading,
    shelves_reminding,
)
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.services.forms_steps import REMINDER
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.shelves_papers import Part, set_list
from plugins.card_management.views.forms_letters import set_letters
from plugins.card_management.views.shelves import FOLDER, note_read, recording, rights, show
from plugins.card_management.views.shelves_pulling import uuids
from plugins.card_management.views.shelves_tables import (
    DISPOSALS,
    RADAR,
    RADAR_LETTERS,
    RADAR_MAILS,
    TASKS,
    said,
    state_mark,
)


@requires(VIEW_CARDS)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """List the cards that go back."""
    return lists.show(
        request,
        table=TASKS,
        rows=parcel_queries.tasks(eyes=eyes_of(request)),
        template=f"{FOLDER}/tasks.html",
        context=rights(request),
        recording=recording(request, "task_list"),
    )


@requires(VIEW_CARDS)
@require_safe
def radar(request: HttpRequest) -> HttpResponse:
    """List the cards for which a step is due, or all with a deadline."""
    eyes, today = eyes_of(request), clock.today()
    step = _step(request.GET.get("step", ""))
    counts = shelves_radar.counts(today=today, eyes=eyes)
    tabs = [
        {"url": "?all=1", "label": _("すべて"), "is_current": step is None},
        *(
            {
                "url": f"?all=1&step={each.value}",
                "label": f"{STEP_LABELS[each]}（{counts[each]}）",
                "is_current": step is each,
            }
            for each in Step
        ),
    ]
    return lists.show(
        request,
        table=RADAR,
        rows=RadarRows(found=shelves_radar.all_with_deadline(eyes=eyes), eyes=eyes),
        template=f"{FOLDER}/radar.html",
        context={
            "tabs": tabs,
            "may_ask": request.user.has_permission(ASK_DISPOSAL),  # type: ignore[union-attr]
        },
        recording=recording(request, "radar_list"),
    )


def _step(typed: str) -> Step | None:
    return Step(typed) if typed in {step.value for step in Step} else None


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the cards behind the address of the radar."""
    rows = RadarRows(found=shelves_radar.all_with_deadline(eyes=eyes), eyes=eyes)
    return [UUID(key) for key in lists.ids_behind(table=RADAR, rows=rows, query=query, eyes=eyes)]


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name cards by number and state, without anybody's name."""
    seen = shelves_reading.seen_by(shelves_reading.cards(rows), eyes=eyes)
    cards = queries.shelf_cards(seen, eyes=eyes)
    return {card.id: f"{card.reference}（{STATE_LABELS[card.state]}）" for card in cards}


def _acting(step: Step) -> Callable[..., Mapping[str, Any]]:
    def run(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
        if not shelves_reading.seen_by(shelves_reading.cards([row]), eyes=eyes_of_actor(actor)).exists():
            raise CardNotFound(card=str(row))
        shelves_radar.act(card_id=row, step=step, actor=actor, now=now)
        return {"step": step.value}

    return run


def take_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take a step back."""
    shelves_radar.take_back(card_id=row, step=Step(before["step"]), actor=actor, now=now)


ACTION_LABELS: Final = {
    Step.LETTER: (
        gettext_lazy("手紙を送った（記録だけ）"),
        gettext_lazy("選んだカードに「案内の手紙を送った」と記録します。"),
    ),
    Step.NUDGE: (
        gettext_lazy("催促した（記録だけ）"),
        gettext_lazy("選んだカードに「催促した」と記録します。"),
    ),
    Step.CALL: (gettext_lazy("電話をかけた"), gettext_lazy("選んだカードに「電話をかけた」と記録します。")),
    Step.CANDIDATE: (
        gettext_lazy("廃棄の候補にする"),
        gettext_lazy("選んだカードを廃棄の候補にします。申請と承認がなければ廃棄しません。"),
    ),
}


def check_letter(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Refuse a card that is not this person's, that nobody is asked to come for, or that had its letter.

    Raises CardNotFound, NotOnRadar and StepDone.
    """
    if not shelves_reading.seen_by(shelves_reading.cards([row]), eyes=eyes_of_actor(actor)).exists():
        raise CardNotFound(card=str(row))
    shelves_radar.check(card_id=row, step=Step.LETTER)
    return {}


def print_letters(*, rows: Sequence[UUID], actor: Actor, now: datetime) -> str:
    """Have the reminders of these cards set; whichever is printed is noted as sent.

    Raises TooManyLetters and FormIsMasked.
    """
    order = LetterOrder(key=REMINDER, cards=rows)
    return set_letters(order=order, eyes=eyes_of_actor(actor), actor=actor, now=now)


LETTERS: Final = BulkAction(
    name=RADAR_LETTERS,
    label=gettext_lazy("案内の手紙を印刷する"),
    effect=gettext_lazy(
        "選んだカードの「受け取りのお願い」の印刷を準備し、印刷できたカードに「案内の手紙を送った」と記録します。"
        "取り消しは、印刷の記録の画面でできます。"
    ),
    permission=PRINT_LETTERS,
    run=check_letter,
    together=print_letters,
    describe=describe,
    find=find,
)


def send_mail(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Send the reminder of a card by mail, and note it.

    Raises CardNotFound, and what shelves_reminding.remind raises.
    """
    if not shelves_reading.seen_by(shelves_reading.cards([row]), eyes=eyes_of_actor(actor)).exists():
        raise CardNotFound(card=str(row))
    shelves_reminding.remind(card_id=row, actor=actor, now=now)
    return {}


MAILS: Final = BulkAction(
    name=RADAR_MAILS,
    label=gettext_lazy("催促のメールを送る"),
    effect=gettext_lazy(
        "選んだカードについて、前に予約した方へ催促のメールを送り、「催促した」と記録します。"
        "メールアドレスがわからないカードは、その理由を示します。送ったメールは取り消せません。"
    ),
    permission=SHELVE,
    run=send_mail,
    describe=describe,
    find=find,
)
ACTIONS: Final = (
    LETTERS,
    MAILS,
    *(
        BulkAction(
            name=f"card_management.radar_{step.value}",
            label=label,
            effect=effect,
            permission=SHELVE,
            run=_acting(step),
            describe=describe,
            find=find,
            undo=take_back,
        )
        for step, (label, effect) in ACTION_LABELS.items()
    ),
)


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the disposals."""
    may_ask = request.user.has_permission(ASK_DISPOSAL)  # type: ignore[union-attr]
    return lists.show(
        request,
        table=DISPOSALS,
        rows=shelves_disposal.listed(),
        template=f"{FOLDER}/disposals.html",
        context={"may_ask": may_ask},
    )


@requires(ASK_DISPOSAL)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose among the candidates and ask a second person."""
    eyes = eyes_of(request)
    form = DisposalForm(request.POST if request.method == "POST" else None)
    rows = disposals.candidates(today=clock.today(), eyes=eyes)
    ticked = set(uuids(request.POST.getlist("card"))) & {card.id for card in rows}
    if request.method == "POST" and form.is_valid():
        try:
            made = shelves_disposal.ask(
                cards=sorted(ticked), actor=actor_of(request), now=clock.now(), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("cards:disposal", made)
    note_read(request, "disposal_list", [card.id for card in rows])
    done = shelves_radar.acts_of(card.id for card in rows)
    context = {
        "form": form,
        "rows": [(card, state_mark(card), said(done.get(card.id, ())), card.id in ticked) for card in rows],
        "has_more": len(rows) >= disposals.MOST,
    }
    return show(request, "disposal_ask", context, status=422 if form.errors else 200)


@requires(VIEW_CARDS)
@require_safe
def disposal(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Show a disposal with its cards: what was asked, who decided, what was done."""
    found = shelves_disposal.find(disposal_id=disposal_id)
    rows = disposals.cards(disposal=found, eyes=eyes_of(request))
    note_read(request, "disposal_list", [row.card.id for row in rows if row.card])
    context = {
        "disposal": found,
        "way": dict(WAYS).get(found.way, ""),
        "state": DISPOSAL_LABELS[found.state],
        "note": _note(found.request),
        "rows": rows,
    }
    return show(request, "disposal", context)


def _note(asked: UUID | None) -> str:
    """Read what the second person wrote: whoever asked may not open the room of approvals."""
    try:
        return approvals.find(request_id=asked).note if asked else ""
    except RequestNotFound:
        return ""


@requires(VIEW_CARDS)
@require_safe
def paper(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Show the evidence of a disposal on paper."""
    found = shelves_disposal.find(disposal_id=disposal_id)
    title = _("カードの廃棄記録　第%(number)s号") % {"number": found.number}
    if request.GET.get("as") != "sheet":
        back = reverse("cards:disposal", args=[disposal_id])
        return reading_page(request, pdf=f"{request.path}?as=sheet", title=title, back=back)
    rows = disposals.cards(disposal=found, eyes=eyes_of(request))
    note_read(request, "disposal_list", [row.card.id for row in rows if row.card])
    return inline_pdf(_set_evidence(title, found, rows), name="disposal")


def _set_evidence(title: str, found: Any, rows: Sequence[disposals.Evidence]) -> bytes:
    decided = f"{wareki_moment(found.decided_at)} {found.decided_by}" if found.decided_at else _("承認待ち")
    facts = (
        (_("理由"), found.reason),
        (_("方法"), dict(WAYS).get(found.way, "")),
        (_("申請"), f"{wareki_moment(found.asked_at)} {found.asked_by}"),
        (_("決定"), decided),
    )
    columns = (
        (_("番号"), 11),
        (_("氏名"), 13),
        (_("保管場所"), 12),
        (_("受取期限"), 9),
        (_("案内の記録"), 24),
        (_("結果"), 10),
    )
    return set_list(
        title=title,
        note="　".join(f"{name}：{text}" for name, text in facts),
        columns=columns,
        parts=(Part(rows=[_line(row) for row in rows]),),
        now=clock.now(),
    )


def _line(row: disposals.Evidence) -> tuple[str, ...]:
    number, name = (row.card.reference, row.card.name) if row.card else ("—", "")
    deadline = short_era_date(row.deadline_on) if row.deadline_on else "—"
    return (number, name, row.spot, deadline, said(row.acts), str(row.label))
