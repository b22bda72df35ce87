from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.hooks.audiences import Audience
from madoguchi.notifications import approving, audiences, mailings, queries, tables
from madoguchi.notifications.declarations import SEND_MAILINGS
from madoguchi.notifications.errors import TextRefused
from madoguchi.notifications.forms import SampleForm, audience_form, sentence
from madoguchi.notifications.mailings import Draft
from madoguchi.notifications.models import Language, Mailing
from madoguchi.web.access import requires

ACTS = {"pause": mailings.pause, "resume": mailings.resume, "stop": mailings.stop}


@requires(SEND_MAILINGS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the mailings of this city."""
    return lists.show(
        request, table=tables.MAILINGS, rows=queries.mailings(), template="notifications/mailings.html"
    )


@requires(SEND_MAILINGS)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Ask to whom a new mailing goes; go on at once where there is one kind only."""
    found = audiences.of_this_city()
    if len(found) == 1:
        return redirect("mailing_new", audience=found[0].name)
    return render(request, "notifications/mailing_choose.html", {"audiences": found})


@requires(SEND_MAILINGS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, audience: str) -> HttpResponse:
    """Write a new mailing and keep it as a draft; nothing is sent."""
    return _write(request, audiences.find(audience), None)


@requires(SEND_MAILINGS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Change a draft."""
    mailing = mailings.find(mailing_id=mailing_id)
    if mailing.state != Mailing.State.DRAFT:
        return redirect("mailing", mailing_id=mailing_id)
    return _write(request, audiences.find(mailing.audience), mailing)


@requires(SEND_MAILINGS)
@require_safe
def show(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Show whom a draft reaches and what it will look like, or how far a mailing has come."""
    return _show(
        request, mailings.find(mailing_id=mailing_id), SampleForm(initial={"address": _own(request)})
    )


@requires(SEND_MAILINGS)
@require_POST
def test(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Send a mailing to the writer alone, with invented values."""
    mailing = mailings.find(mailing_id=mailing_id)
    form = SampleForm(request.POST, own=_own(request))
    if not form.is_valid():
        return _show(request, mailing, form)
    address = form.cleaned_data["address"]
    approving.send_test(mailing_id=mailing_id, address=address, actor=actor_of(request), now=clock.now())
    messages.success(request, _("テスト送信を受け付けました。結果は「通知の送信状況」で確かめられます。"))
    return redirect("mailing", mailing_id=mailing_id)


def _own(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", ""))


def _show(request: HttpRequest, mailing: Mailing, form: SampleForm) -> HttpResponse:
    now = clock.now()
    is_draft = mailing.state == Mailing.State.DRAFT
    reach = mailings.reach(mailing=mailing, now=now) if is_draft else None
    first = reach.recipients[0] if reach and reach.recipients else None
    samples = [
        (code, label, mailings.sample(mailing=mailing, language=code, recipient=first, now=now))
        for code, label in Language.choices
        if mailing.texts.get(code, {}).get("body")
    ]
    context = {
        "mailing": mailing,
        "mark": tables.mark_of_mailing(mailing),
        "audience": audiences.find(mailing.audience),
        "answers": _answers_in_words(audiences.find(mailing.audience), mailing.answers),
        "is_draft": is_draft,
        "is_asked": mailing.state == Mailing.State.ASKED,
        "test": form,
        "reach": reach,
        "samples": samples,
        "tally": mailings.tally(mailing=mailing),
        "is_moving": mailing.state in mailings.RUNNING,
    }
    return render(request, "notifications/mailing.html", context, status=422 if form.errors else 200)


@requires(SEND_MAILINGS)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Ask once more with the number of people, then begin to send."""
    mailing = mailings.find(mailing_id=mailing_id)
    if request.method == "POST":
        _confirm(request, mailing_id)
        return redirect("mailing", mailing_id=mailing_id)
    reach = mailings.reach(mailing=mailing, now=clock.now())
    if mailing.state != Mailing.State.DRAFT or not reach.count:
        return redirect("mailing", mailing_id=mailing_id)
    needs_second = mailings.needs_second_person(count=reach.count)
    context = {"mailing": mailing, "reach": reach, "needs_second_person": needs_second}
    return render(request, "notifications/mailing_confirm.html", context)


def _confirm(request: HttpRequest, mailing_id: UUID) -> None:
    actor, now = actor_of(request), clock.now()
    try:
        if "reason" in request.POST:
            reason = request.POST["reason"]
            approving.ask(mailing_id=mailing_id, reason=reason, actor=actor, now=now)
            done = _("承認を依頼しました。ほかの職員が承認すると、送信が始まります。")
        else:
            mailings.confirm(mailing_id=mailing_id, actor=actor, now=now)
            done = _("送信を始めました。")
    except mailings.NobodyToWriteTo:
        # The page of the draft says so, and what to do.
        return
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


@requires(SEND_MAILINGS)
@require_POST
def act(request: HttpRequest, mailing_id: UUID, act: str) -> HttpResponse:
    """Pause, resume or stop a mailing."""
    if act not in ACTS:
        raise Http404(act)
    try:
        ACTS[act](mailing_id=mailing_id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("mailing", mailing_id=mailing_id)


def _write(request: HttpRequest, audience: Audience, mailing: Mailing | None) -> HttpResponse:
    asked = {each.name: request.GET[each.name] for each in audience.questions if each.name in request.GET}
    form = audience_form(
        audience, data=request.POST if request.method == "POST" else None, initial=_typed(mailing) or asked
    )
    if request.method == "POST" and form.is_valid():
        draft = Draft(audience.name, _answers(audience, form), _texts(form))
        try:
            kept = mailings.write(
                draft=draft,
                mailing_id=mailing.pk if mailing else None,
                actor=actor_of(request),
                now=clock.now(),
            )
        except TextRefused as refused:
            for place, problems in refused.problems.items():
                language, _dot, part = place.partition(".")
                for problem in problems:
                    form.add_error(f"{part}_{language}", sentence(problem))
        else:
            messages.success(request, _("下書きを保存しました。宛先の数と見本を確かめてください。"))
            return redirect("mailing", mailing_id=kept.pk)
    context = {"form": form, "audience": audience, "mailing": mailing, "languages": _parts(audience, form)}
    return render(request, "notifications/mailing_form.html", context, status=422 if form.errors else 200)


def _parts(audience: Audience, form: forms.Form) -> dict[str, Any]:
    words = [(label, form[f"subject_{code}"], form[f"body_{code}"]) for code, label in Language.choices]
    return {"questions": [form[each.name] for each in audience.questions], "words": words}


def _typed(mailing: Mailing | None) -> dict[str, Any]:
    if mailing is None:
        return {}
    words = {
        f"{part}_{code}": text for code, written in mailing.texts.items() for part, text in written.items()
    }
    return {**mailing.answers, **words}


def _answers(audience: Audience, form: forms.Form) -> dict[str, str]:
    given = {each.name: form.cleaned_data.get(each.name) for each in audience.questions}
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in given.items()
        if value
    }


def _texts(form: forms.Form) -> Mapping[str, Mapping[str, str]]:
    return {
        code: {
            part: form.cleaned_data[f"{part}_{code}"].replace("\r\n", "\n") for part in ("subject", "body")
        }
        for code, _label in Language.choices
        if form.cleaned_data.get(f"body_{code}")
    }


def _answers_in_words(audience: Audience, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for question in audience.questions:
        value = answers.get(question.name, "")
        offered = {key: str(label) for key, label in question.choices()} if question.choices else {}
        found.append((str(question.label), offered.get(value, value) or _("すべて")))
    return found
