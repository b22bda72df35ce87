"""What people ask of their own data: found, looked at, approved, handed out or erased."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.approvals import kinds
from madoguchi.approvals import queries as approvals
from madoguchi.documents.viewing import inline_pdf
from madoguchi.errors import DomainError, Refused
from madoguchi.privacy import handing_out, queries, requests
from madoguchi.privacy.declarations import DISCLOSE, DISCLOSE_ALL
from madoguchi.privacy.forms import PersonForm
from madoguchi.privacy.models import PersonRequest
from madoguchi.privacy.tables import PEOPLE, mark_of
from madoguchi.web.access import record_refusal, requires

State = PersonRequest.State


class SightIsLimited(Refused):
    """An answer to a person is whole, and this reader may not see all of it."""

    code = "sight_is_limited"
    message = gettext_lazy(
        "あなたの役割または担当場所には、見えないデータがあります。開示・消去の請求では本人のデータを"
        "すべて扱うため、制限のない担当者に依頼してください。あなたが対応するときは、管理者が"
        "「職員・権限」で「開示・消去の請求では、見えない列とほかの場所のデータもすべて見る」を付けます。"
    )


@requires(DISCLOSE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what people asked; who they are stays sealed."""
    return lists.show(request, table=PEOPLE, rows=queries.person_requests(), template="privacy/people.html")


def whole_sight(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep a person's answer whole: who may not see all of it handles none of it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_see = request.user.has_permission(DISCLOSE_ALL)  # type: ignore[union-attr]
        if may_see or not eyes_of(request).is_limited:
            return view(request, *args, **kwargs)
        record_refusal(request, permission=DISCLOSE_ALL)
        raise SightIsLimited

    return checked


@requires(DISCLOSE)
@whole_sight
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take down what a person gave, and look for what is held."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.begin(
                kind=form.cleaned_data["kind"],
                wanted=form.wanted,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("privacy:person", made)
    return render(request, "privacy/new.html", {"form": form}, status=422 if form.errors else 200)


@requires(DISCLOSE)
@whole_sight
@never_cache
@require_safe
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a request with what is held, record by record."""
    case = requests.open_case(request_id=case_id)
    context: dict[str, Any] = {"row": case.row, "mark": mark_of(case.row), "chosen": case.chosen}
    if case.row.sealed is not None:
        found = requests.look(case=case, actor=actor_of(request), now=clock.now())
        shown = found.records if case.row.state == State.DRAFT else found.chosen(case.chosen)
        # Where everything has to be settled first, there is nothing to ask a second person for.
        can_ask = case.row.kind == PersonRequest.Kind.DISCLOSE or any(not record.obstacle for record in shown)
        context |= {
            "records": shown,
            "wanted": case.wanted,
            "can_ask": can_ask,
            **_deciders(request, case.row),
        }
    return render(request, "privacy/person.html", context)


@requires(DISCLOSE)
@whole_sight
@require_POST
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask a second person to approve the answer or the erasing."""
    try:
        asked = requests.ask(
            request_id=case_id,
            chosen=request.POST.getlist("record"),
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("privacy:person", case_id)
    messages.success(request, _("承認を依頼しました。別の担当者が承認すると、次に進めます。"))
    return redirect("approvals:show", asked)


@requires(DISCLOSE)
@require_POST
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give a request up, or end one that was answered."""
    try:
        requests.close(request_id=case_id, actor=actor_of(request), now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("請求を終了しました。本人についての内容は消しました。"))
    return redirect("privacy:person", case_id)


@requires(DISCLOSE)
@whole_sight
@require_safe
def pdf(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the answer as a PDF in the browser's own viewer."""
    now = clock.now()
    records = requests.hand_out(request_id=case_id, form="PDF", actor=actor_of(request), now=now)
    content = handing_out.as_pdf(records, request_id=case_id, now=now)
    return inline_pdf(content, name=f"disclosure-{case_id}")


@requires(DISCLOSE)
@whole_sight
@require_safe
def archive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the answer as a ZIP: the PDF and a file for other programs."""
    now = clock.now()
    records = requests.hand_out(request_id=case_id, form="ZIP", actor=actor_of(request), now=now)
    content = handing_out.as_zip(records, request_id=case_id, now=now)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="disclosure-{case_id}.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _deciders(request: HttpRequest, row: PersonRequest) -> dict[str, Any]:
    """Say before anybody asks that nobody else could approve it."""
    kind = requests.APPROVALS[PersonRequest.Kind(row.kind)]
    user = request.user
    return {
        "is_stuck": row.state == State.DRAFT
        and not approvals.others_who_decide(kind=kind, asker=str(user.pk)),
        "permission": kinds.right_for(kind),
        "may_manage_staff": user.has_permission(MANAGE_STAFF),  # type: ignore[union-attr]
    }
