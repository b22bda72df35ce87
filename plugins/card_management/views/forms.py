"""Forms without writing: choose one, look at what is known, make it, sign it, print it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management import queries as ledger
from plugins.card_management.declarations.forms import FORM_SORTS, MAKE_FORMS, VIEW_FORMS, Sort
from plugins.card_management.forms.forms import CHIP, CorrectionForm, FillForm
from plugins.card_management.queries import forms as queries
from plugins.card_management.queries.forms import Records, RecordView
from plugins.card_management.rules.forms_filling import FilledForm, fill_form
from plugins.card_management.rules.forms_layout import Layout
from plugins.card_management.services import forms_records, forms_templates
from plugins.card_management.services.forms_facts import Facts, facts_for
from plugins.card_management.services.forms_records import FormNotFound, TooLong, VersionView
from plugins.card_management.services.forms_templates import Template
from plugins.card_management.views import handover_chip
from plugins.card_management.views.forms_table import RECORDS

OBJECT = "card_management.form"
CARD = "card_management.card"


@requires(VIEW_FORMS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the forms that were made, and record that they were shown."""

    def record(shown: Sequence[RecordView]) -> None:
        audit.record_read(
            actor=actor_of(request),
            object_type=OBJECT,
            object_ids=[str(each.id) for each in shown],
            purpose="card_management.form_list",
            now=clock.now(),
        )

    context = {"may_make": request.user.has_permission(MAKE_FORMS)}  # type: ignore[union-attr]
    return lists.show(
        request,
        table=RECORDS,
        rows=Records(eyes=eyes_of(request)),
        template="card_management/forms/index.html",
        context=context,
        recording=record,
    )


@requires(MAKE_FORMS)
@require_safe
def choose(request: HttpRequest, card_id: UUID | None = None) -> HttpResponse:
    """Choose which form is made."""
    eyes = eyes_of(request)
    card = ledger.find(card_id=card_id, eyes=eyes) if card_id else None
    context = {
        "card": card,
        "sorts": [(sort, _address(sort, card_id)) for sort in FORM_SORTS],
        "records": queries.records_of_card(card_id=card_id, eyes=eyes) if card_id else [],
    }
    if card_id:
        _record_read(request, CARD, card_id, "card_management.form_begun")
    return render(request, "card_management/forms/choose.html", context)


@requires(MAKE_FORMS)
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, form_key: str, card_id: UUID | None = None) -> HttpResponse:
    """Show what is known for a form, ask for what is missing, and make it."""
    sort = _form_sort(form_key)
    template = forms_templates.current(key=sort.key, now=clock.now())
    filled, form = _filled(request, template, card_id)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") == "save":
        try:
            record = forms_records.make(
                template=template, card_id=card_id, filled=filled, actor=actor_of(request), now=clock.now()
            )
        except TooLong as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("申請書を作りました。内容を確かめて印刷してください。"))
            return redirect("cards:forms_show", record.id)
    if card_id and request.method == "GET":
        _record_read(request, CARD, card_id, "card_management.form_begun")
    back = reverse("cards:forms_choose", args=[card_id]) if card_id else reverse("cards:forms_begin")
    return _fill_page(request, template, filled, form, back=back)


@requires(MAKE_FORMS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Correct a form: the earlier version stays beside the new one."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    template = forms_templates.current(key=record.key, now=clock.now())
    before = forms_records.opened(forms_records.version_of(record=record))
    filled, form = _filled(request, template, record.card_id, before=before)
    is_saved = request.method == "POST" and request.POST.get("do") == "save"
    reason = CorrectionForm(request.POST if is_saved else None)
    if is_saved and form.is_valid() and reason.is_valid():
        try:
            forms_records.correct(
                record_id=form_id,
                template=template,
                filled=filled,
                reason=reason.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except TooLong as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("直した内容を新しい版にしました。"))
            return redirect("cards:forms_show", form_id)
    if request.method == "GET":
        _record_read(request, OBJECT, form_id, "card_management.form_detail")
    back = reverse("cards:forms_show", args=[form_id])
    return _fill_page(request, template, filled, form, back=back, reason=reason)


@requires(VIEW_FORMS)
@require_safe
def show(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Show one form with its versions."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    version = forms_records.version_of(record=record, number=number_in(request, "version"))
    version.reason = forms_records.reason_of(version)
    _record_read(request, OBJECT, form_id, "card_management.form_detail")
    signature = getattr(version, "signature", None)
    context = {
        "record": record,
        "sort": forms_templates.sort_of(record.key),
        "seen": forms_records.opened(version),
        "version": version,
        "versions": forms_records.versions_of(record=record),
        "signature": signature,
        "may_make": request.user.has_permission(MAKE_FORMS),  # type: ignore[union-attr]
        "is_newest": version.number == record.latest,
    }
    return render(request, "card_management/forms/show.html", context)


@requires(VIEW_FORMS)
@require_safe
def compare(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Set two versions of a form side by side."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    after = forms_records.version_of(record=record, number=number_in(request, "to"))
    before = forms_records.version_of(
        record=record, number=number_in(request, "from") or max(1, after.number - 1)
    )
    _record_read(request, OBJECT, form_id, "card_management.form_detail")
    context = {
        "record": record,
        "sort": forms_templates.sort_of(record.key),
        "before": before,
        "after": after,
        "rows": forms_records.compared(forms_records.opened(before), forms_records.opened(after)),
    }
    return render(request, "card_management/forms/compare.html", context)


def number_in(request: HttpRequest, name: str) -> int:
    """Read a number of a version from the address; 0 where there is none.

    Raises FormNotFound for anything else.
    """
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        raise FormNotFound(version=text[:20])
    return int(text or 0)


def _filled(
    request: HttpRequest, template: Template, card_id: UUID | None, before: VersionView | None = None
) -> tuple[FilledForm, FillForm]:
    """Fill a form from its sources, twice where something was typed: the fields depend on what differs."""
    layout, eyes, now = forms_templates.layout_of(template), eyes_of(request), clock.now()
    posted = request.POST if request.method == "POST" else None
    chip = {name: request.POST.get(f"chip_{name}", "")[:200] for name in CHIP}
    facts = facts_for(card_id=card_id, chip=chip, eyes=eyes, now=now)
    facts["form"] = dict(layout.facts)
    typed = _taken_over(before, layout, facts) if before else {}
    filled = fill_form(layout=layout, facts=facts, given={}, chosen={})
    form = FillForm(posted, filled=filled, initial={f"f-{name}": text for name, text in typed.items()})
    if posted is None:
        return fill_form(layout=layout, facts=facts, given=typed, chosen={}), form
    form.is_valid()
    filled = fill_form(layout=layout, facts=facts, given=form.given(), chosen=form.chosen())
    form.follow(filled)
    return filled, form


def _taken_over(before: VersionView, layout: Layout, facts: Facts) -> dict[str, str]:
    """Take over what an earlier version was told and cannot be asked again; give what was typed."""
    for each in before.fields:
        place = layout.place(each.name)
        if place is not None and each.source == "chip":
            facts["chip"][place.source.rpartition(":")[2]] = facts["chip"].get(place.source) or each.text
    return {each.name: each.text for each in before.fields if each.source == "typed"}


def _fill_page(
    request: HttpRequest,
    template: Template,
    filled: FilledForm,
    form: FillForm,
    *,
    back: str,
    reason: CorrectionForm | None = None,
) -> HttpResponse:
    rows = [
        {
            "field": each,
            "input": form[f"f-{each.place.name}"],
            "sources": _bound(form, f"c-{each.place.name}"),
        }
        for each in filled.fields
        if f"f-{each.place.name}" in form.fields
    ]
    way = handover_chip.door(request)
    context: dict[str, Any] = {
        "sort": forms_templates.sort_of(template.key),
        "template": template,
        "filled": filled,
        "rows": rows,
        "form": form,
        "reason": reason,
        "back": back,
        "hidden": [form[name] for name in form.fields if name.startswith("chip_")],
        "chip": way,
    }
    status = 422 if form.errors or (reason is not None and reason.errors) else 200
    response = render(request, "card_management/forms/fill.html", context, status=status)
    return handover_chip.let_in(response, way)


def _bound(form: FillForm, name: str) -> Any:
    return form[name] if name in form.fields else None


def _form_sort(key: str) -> Sort:
    found = forms_templates.sort_of(key)
    if found.is_letter:
        raise forms_templates.NoSuchForm(key=key)
    return found


def _address(sort: Sort, card_id: UUID | None) -> str:
    if card_id is None:
        return reverse("cards:forms_fill_empty", args=[sort.key])
    return reverse("cards:forms_fill", args=[card_id, sort.key])


def _record_read(request: HttpRequest, kind: str, number: UUID, purpose: str) -> None:
    audit.record_read(
        actor=actor_of(request), object_type=kind, object_ids=[str(number)], purpose=purpose, now=clock.now()
    )
