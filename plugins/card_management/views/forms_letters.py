"""Notices, envelopes and labels by the thousand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from plugins.card_management import queries as ledger
from plugins.card_management.declarations.forms import PRINT_LETTERS, REASON_LABELS, VIEW_FORMS
from plugins.card_management.forms.forms import LettersForm
from plugins.card_management.queries import forms as queries
from plugins.card_management.services import forms_letters, forms_steps, forms_templates
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.tasks.forms import print_letters
from plugins.card_management.views.forms_table import RUNS

OBJECT = "card_management.card"


@requires(VIEW_FORMS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what was printed."""
    context = {"may_print": request.user.has_permission(PRINT_LETTERS)}  # type: ignore[union-attr]
    return lists.show(
        request,
        table=RUNS,
        rows=queries.runs(),
        template="card_management/letters/index.html",
        context=context,
    )


@requires(PRINT_LETTERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a letter and its cards, see how many they are, and have them set."""
    eyes = eyes_of(request)
    begun = {name: text for name, text in request.GET.items() if name in LettersForm.base_fields}
    form = LettersForm(request.POST or None, initial=begun, places=lambda: _places(request))
    count = None
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted()
        count = queries.count_for_letters(wanted=wanted, eyes=eyes)
        if request.POST.get("do") != "count":
            cards = queries.cards_for_letters(wanted=wanted, eyes=eyes).values_list("id", flat=True)
            try:
                return _start(request, form.cleaned_data, list(cards[: forms_letters.MOST + 1]))
            except DomainError as refusal:
                form.add_error(None, str(refusal))
    context = {"form": form, "count": count, "most": forms_letters.MOST}
    status = 422 if form.errors else 200
    return render(request, "card_management/letters/new.html", context, status=status)


@requires(PRINT_LETTERS)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Print one card's notice, envelope or label."""
    card = ledger.find(card_id=card_id, eyes=eyes_of(request))
    # A second print of a notice that was sent is no second sending, unless somebody says so.
    was_sent = card.notice_sent_on is not None and card.notice_returned_on is None
    initial = {"notes_sending": not was_sent}
    form = LettersForm(request.POST or None, initial=initial, places=lambda: _places(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _start(request, form.cleaned_data, [card_id])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(card_id)],
        purpose="card_management.card_detail",
        now=clock.now(),
    )
    status = 422 if form.errors else 200
    context = {"form": form, "card": card, "was_sent": was_sent}
    return render(request, "card_management/letters/one.html", context, status=status)


@requires(VIEW_FORMS)
@require_safe
def show(request: HttpRequest, letters_id: UUID) -> HttpResponse:
    """Show what came of a job of letters: how many, who was left out and why."""
    run = forms_letters.find(run_id=letters_id)
    left, warned = queries.lines_to_look_at(run=run, eyes=eyes_of(request))
    if left or warned:
        audit.record_read(
            actor=actor_of(request),
            object_type=OBJECT,
            object_ids=[str(line.card) for line in (*left, *warned)],
            purpose="card_management.letters_lines",
            now=clock.now(),
        )
    may_print = request.user.has_permission(PRINT_LETTERS)  # type: ignore[union-attr]
    context: dict[str, Any] = {
        "run": run,
        "sort": forms_templates.sort_of(run.key),
        "mark": queries.RUN_MARKS[run.state],
        "left": [(line, _reasons(line)) for line in left],
        "warned": [(line, _reasons(line)) for line in warned],
        "may_print": may_print,
        "can_undo": may_print and forms_steps.can_undo(run),
        "is_reminder": run.key in forms_steps.STEPS,
        "kept_until": run.made_at + forms_letters.KEPT,
        "is_kept": run.state == "done" and run.printed and clock.now() < run.made_at + forms_letters.KEPT,
    }
    return render(request, "card_management/letters/show.html", context)


@requires(PRINT_LETTERS)
@require_safe
def paper(request: HttpRequest, letters_id: UUID) -> HttpResponse:
    """Show the letters as a page around their PDF, or the PDF itself."""
    eyes, now = eyes_of(request), clock.now()
    run = forms_letters.find(run_id=letters_id)
    if request.GET.get("as") == "sheet":
        pdf = forms_letters.read(run_id=letters_id, eyes=eyes, actor=actor_of(request), now=now)
        return inline_pdf(pdf, name=f"letters-{run.key}")
    return reading_page(
        request,
        pdf="?as=sheet",
        title=str(forms_templates.sort_of(run.key).title),
        back=reverse("cards:letters_show", args=[letters_id]),
    )


@requires(PRINT_LETTERS)
@require_POST
def undo(request: HttpRequest, letters_id: UUID) -> HttpResponse:
    """Take back that these letters were sent."""
    try:
        restored, changed = forms_letters.undo(
            run_id=letters_id, eyes=eyes_of(request), actor=actor_of(request), now=clock.now()
        )
    except forms_letters.NothingToUndo as refusal:
        messages.error(request, str(refusal))
        return redirect("cards:letters_show", letters_id)
    text = _("送付の記録を取り消しました（%(restored)d件）。PDFは消しました。") % {"restored": restored}
    if changed:
        text += _("その後に変更された%(changed)d件は、そのままです。") % {"changed": changed}
    messages.success(request, text)
    return redirect("cards:letters_show", letters_id)


def _start(request: HttpRequest, values: dict[str, Any], cards: list[UUID]) -> HttpResponse:
    sort, actor, now = forms_templates.sort_of(values["key"]), actor_of(request), clock.now()
    order = LetterOrder(
        key=sort.key,
        cards=cards,
        order=values["order"],
        notes_sending=sort.notes_sending and values["notes_sending"],
        first_label=values["first_label"] or 1,
    )
    return redirect(set_letters(order=order, eyes=eyes_of(request), actor=actor, now=now))


def set_letters(*, order: LetterOrder, eyes: Eyes, actor: Actor, now: datetime) -> str:
    """Have letters set, few of them at once and many by a worker, and give the address that shows them.

    Raises NoLetters, TooManyLetters, FormIsMasked and NoSuchForm.
    """
    pages = settings.MADOGUCHI["URLCONFS"]["staff"]
    run = forms_letters.start(order=order, eyes=eyes, actor=actor, now=now)
    if forms_letters.is_small(run):
        done = forms_letters.carry_out(run_id=run.id, actor=actor, now=now, tell=lambda done, total: None)
        forms_letters.close(run=done, now=now)
        return reverse("cards:letters_show", urlconf=pages, args=[run.id])
    print_letters.delay_on_commit(run_id=str(run.id), job=str(run.job))
    return reverse("jobs:show", urlconf=pages, args=[run.job])


def _reasons(line: queries.LineView) -> list[str]:
    return [str(REASON_LABELS.get(reason, reason)) for reason in line.reasons]


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in places.places_seen_by(eyes=eyes_of(request))]
