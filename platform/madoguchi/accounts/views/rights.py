"""One person: what they may do and why, what is theirs alone, and the end of the account."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import leaving, matrix, overriding, queries
from madoguchi.accounts.declarations import MANAGE_STAFF, VIEW_STAFF
from madoguchi.accounts.desk import acts, undoing
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires


class OverrideForm(forms.Form):
    """One permission, granted or denied to one person alone."""

    permission = forms.ChoiceField(
        label=gettext_lazy("権限"),
        error_messages={"required": gettext_lazy("権限を選んでください。")},
    )
    is_granted = forms.ChoiceField(
        label=gettext_lazy("許可・禁止"),
        choices=[("yes", gettext_lazy("許可する")), ("no", gettext_lazy("禁止する"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("許可するか禁止するかを選んでください。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("例：育児休業中の代わりのため。操作履歴に残ります。"),
        error_messages={"required": gettext_lazy("理由を入力してください。")},
    )
    until = forms.DateField(
        label=gettext_lazy("最後の日"),
        required=False,
        help_text=gettext_lazy("空欄なら、取り消すまで続きます。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["permission"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("選んでください")), *matrix.choices()]

    def clean_until(self) -> date | None:
        """Accept today and later."""
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < self.today:
            raise forms.ValidationError(_("今日より前の日は選べません。"))
        return until


@requires(VIEW_STAFF)
@require_safe
def rights(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Show what a person may do, and why."""
    return _show(request, staff_id, None)


@requires(MANAGE_STAFF)
@require_POST
def override(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Grant or deny one permission to a person."""
    now = clock.now()
    queries.staff_row(staff_id=staff_id)
    form = OverrideForm(request.POST, today=clock.local(now).date())
    if not form.is_valid():
        return _show(request, staff_id, form)
    before = acts.overrides_of(staff_id=staff_id)
    typed = form.cleaned_data
    try:
        overriding.override(
            staff_id=staff_id,
            wanted={**typed, "is_granted": typed["is_granted"] == "yes"},
            actor=actor_of(request),
            now=now,
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, staff_id, form)
    return _done(request, staff_id, before, _("個別の権限を変更しました。"))


@requires(MANAGE_STAFF)
@require_POST
def override_drop(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Take one grant or denial away again."""
    queries.staff_row(staff_id=staff_id)
    before = acts.overrides_of(staff_id=staff_id)
    permission = request.POST.get("permission", "")
    try:
        overriding.drop(staff_id=staff_id, permission=permission, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        form = OverrideForm(today=clock.today())
        return _show(request, staff_id, form, wrong=str(refusal))
    return _done(request, staff_id, before, _("個別の権限を取り消しました。"))


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Delete an account after asking once more."""
    person = queries.staff_row(staff_id=staff_id)
    wrong = ""
    if request.method == "POST":
        try:
            name = leaving.delete(staff_id=staff_id, actor=actor_of(request), now=clock.now())
        except DomainError as refusal:
            wrong = str(refusal)
        else:
            text = _("%(name)sさんを削除しました。操作履歴の氏名は残ります。") % {"name": name}
            messages.success(request, text)
            return redirect("staff_list")
    context = {"person": person, "wrong": [wrong] if wrong else [], "has_errors": bool(wrong)}
    return render(request, "accounts/staff_delete.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, staff_id: UUID, before: dict[str, Any], text: str) -> HttpResponse:
    after = acts.overrides_of(staff_id=staff_id)
    address = reverse("staff_rights", args=[staff_id])
    if before != after:
        values: dict[str, JSON] = {"staff": str(staff_id), "before": before, "after": after}
        undoing.offer(request, kind=acts.OVERRIDES, text=text, values=values, back_url=address)
    return redirect(address)


def _show(
    request: HttpRequest, staff_id: UUID, form: OverrideForm | None, *, wrong: str = ""
) -> HttpResponse:
    today = clock.today()
    person = queries.staff_row(staff_id=staff_id)
    staff = queries.person(staff_id=staff_id)
    viewer = request.user
    assert isinstance(viewer, Staff)
    may_manage = viewer.has_permission(MANAGE_STAFF)
    rights = matrix.rights_of(staff=staff, today=today)
    labels = {each.permission.name: str(each.permission.label) for found in rights.values() for each in found}
    context = {
        "person": person,
        "rights": rights,
        "overrides": [
            (each, labels.get(each.permission, each.permission), each.is_running(today))
            for each in queries.overrides(staff=staff)
        ],
        "kept": matrix.kept_from(staff=staff),
        "places": matrix.places_of(staff=staff),
        "has_places": bool(matrix.places()),
        "may_manage": may_manage,
        "is_oneself": viewer.pk == staff_id,
        "form": form or OverrideForm(today=today),
        "wrong": [wrong] if wrong else [],
        "has_errors": bool(wrong or (form and form.errors)),
    }
    is_wrong = wrong or (form is not None and form.errors)
    return render(request, "accounts/rights.html", context, status=422 if is_wrong else 200)
