"""What every list and every page of staff share: saved views, columns, undo, drafts, shortcuts."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.declarations import SHARE_VIEWS
from madoguchi.accounts.desk import lists, saved, undoing
from madoguchi.accounts.forms import ViewForm
from madoguchi.accounts.models import ListChoice, Staff
from madoguchi.accounts.services import actor_of, choose_shortcuts
from madoguchi.errors import DomainError
from madoguchi.web.access import signed_in
from madoguchi.web.doors import works_while_resting
from madoguchi.web.navigation import staff_sections
from madoguchi.web.shortcuts import sheets
from madoguchi.web.targets import safe_path

VIEW_UNDO = "accounts.view_deleted"


@signed_in
@require_POST
@works_while_resting
def list_seek(request: HttpRequest) -> HttpResponse:
    """Narrow a list by what was typed, which no address shows."""
    ticket = lists.read_ticket(text=request.POST.get("ticket", ""))
    return HttpResponseRedirect(lists.address_of(ticket=ticket, sent=request.POST), status=303)


@signed_in
@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep what a list shows under a name."""
    ticket = lists.read_ticket(text=request.POST.get("ticket", ""))
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("ビューの名前を40文字までで入力してください。"))
        return redirect(_back(ticket))
    try:
        view = saved.save_view(
            staff=_staff(request), wish=_wish(form, ticket), actor=actor_of(request), now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(ticket))
    messages.success(request, _("ビュー「%(name)s」を保存しました。") % {"name": view.name})
    return redirect(_with(ticket["path"], {**ticket["given"], "view": str(view.id)}))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Rename, share or delete a saved view."""
    staff, now = _staff(request), clock.now()
    view = saved.find_view(staff=staff, view_id=view_id)
    may_change = saved.may_change(staff=staff, view=view)
    opens = ListChoice.objects.filter(staff=staff, opens_with=view).exists()
    back = safe_path(request, otherwise="/")
    form = ViewForm(
        request.POST or None, initial={"name": view.name, "shared": view.is_shared, "opens": opens}
    )
    if not may_change:
        form.fields["name"].disabled = True
    if not staff.has_permission(SHARE_VIEWS):
        del form.fields["shared"]
    if request.method == "POST" and form.is_valid():
        wish = _wish(form, {"table": view.table, "kept": view.query, "columns": view.columns})
        saved.change_view(staff=staff, view_id=view_id, wish=wish, actor=actor_of(request), now=now)
        messages.success(request, _("ビューを変更しました。"))
        return redirect(_with(back, {"view": str(view.id)}))
    context = {"form": form, "view": view, "back": back, "may_change": may_change}
    return render(request, "accounts/view_edit.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def view_delete(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Put a saved view away; a toast brings it back."""
    back = safe_path(request, otherwise="/")
    view = saved.delete_view(staff=_staff(request), view_id=view_id, actor=actor_of(request), now=clock.now())
    text = _("ビュー「%(name)s」を削除しました。") % {"name": view.name}
    undoing.offer(request, kind=VIEW_UNDO, text=text, values={"view": str(view.id)}, back_url=back)
    return redirect(_with(back, {"all": "1"}))


@signed_in
@require_POST
def columns_save(request: HttpRequest) -> HttpResponse:
    """Keep which columns of a list this person sees."""
    ticket = lists.read_ticket(text=request.POST.get("ticket", ""))
    is_reset = "reset" in request.POST
    columns = [] if is_reset else [name[:40] for name in request.POST.getlist("column")][:50]
    size = request.POST.get("size", "")
    saved.choose_columns(
        staff=_staff(request),
        table=ticket["table"],
        columns=columns,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 4 and not is_reset else None,
    )
    query = dict(parse_qsl(ticket["query"]))
    query.pop("size", None)
    return redirect(_with(ticket["path"], query))


@signed_in
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what was just done."""
    try:
        done = undoing.undo(request, token=token, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(safe_path(request, otherwise="/"))
    messages.success(request, _("元に戻しました。"))
    if done.words:
        messages.warning(request, done.words)
    return redirect(done.back_url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@works_while_resting
def shortcuts(request: HttpRequest) -> HttpResponse:
    """List the keyboard shortcuts; a person may switch them off."""
    staff = _staff(request)
    if request.method == "POST":
        wanted = request.POST.get("uses") == "on"
        choose_shortcuts(staff=staff, uses=wanted, actor=actor_of(request), now=clock.now())
        text = (
            _("キーボードショートカットを使います。")
            if wanted
            else _("キーボードショートカットを止めました。")
        )
        messages.success(request, text)
        return redirect("shortcuts")
    context = {"sheets": sheets(home="/", sections=staff_sections(request)), "uses": staff.uses_shortcuts}
    return render(request, "accounts/shortcuts.html", context)


def _staff(request: HttpRequest) -> Staff:
    staff = request.user
    assert isinstance(staff, Staff)
    return staff


def _wish(form: ViewForm, ticket: dict[str, Any]) -> saved.Wish:
    return saved.Wish(
        table=ticket["table"],
        name=form.cleaned_data["name"],
        query=ticket["kept"],
        columns=ticket["columns"],
        is_shared=form.cleaned_data.get("shared", False),
        opens=form.cleaned_data["opens"],
    )


def _back(ticket: dict[str, Any]) -> str:
    return f"{ticket['path']}?{ticket['query']}"


def _with(path: str, values: dict[str, str]) -> str:
    return f"{path.partition('?')[0]}?{urlencode(values)}"
