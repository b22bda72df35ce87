"""A change of personnel by file: sent, checked, seen before, done on its day, undone."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import matrix, queries, services, several
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.models import PersonnelPlan
from madoguchi.accounts.personnel import planning, reading
from madoguchi.accounts.views.proving import proved_first
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from madoguchi.web.tables.drawing import written
from madoguchi.web.tables.files import csv_text

MOST_BYTES = 1_000_000
FURTHEST_DAYS = 366
LABELS = {
    "name": gettext_lazy("氏名"),
    "name_kana": gettext_lazy("氏名カナ"),
    "section": gettext_lazy("課・係"),
    "roles": gettext_lazy("役割"),
    "places": gettext_lazy("担当する場所"),
    "email": gettext_lazy("メールアドレス"),
}
KINDS = {
    "join": ("ok", gettext_lazy("登録")),
    "move": ("wait", gettext_lazy("変更")),
    "return": ("ok", gettext_lazy("復帰")),
    "leave": ("error", gettext_lazy("停止")),
    "same": ("none", gettext_lazy("変更なし")),
}
STATES = {
    "checked": ("wait", gettext_lazy("確認待ち")),
    "planned": ("wait", gettext_lazy("予定")),
    "done": ("done", gettext_lazy("反映済み")),
    "dropped": ("none", gettext_lazy("取りやめ")),
    "refused": ("error", gettext_lazy("反映できませんでした")),
}


class PersonnelForm(forms.Form):
    """The file, and the day on which it takes effect."""

    file = forms.FileField(
        label=gettext_lazy("CSVファイル"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("CSVファイルを選んでください。"),
            "empty": gettext_lazy("ファイルが空です。"),
        },
    )
    effective_on = forms.DateField(
        label=gettext_lazy("反映する日"),
        help_text=gettext_lazy(
            "今日なら、確認のあとすぐに反映します。先の日なら、その日の0時過ぎに反映します。"
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("反映する日を入力してください。")},
    )

    def clean_file(self) -> bytes:
        """Accept a file of the size that a city's staff can have."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（1MBまで）。"))
        content: bytes = file.read()
        return content

    def clean_effective_on(self) -> date:
        """Accept today and the year to come."""
        day: date = self.cleaned_data["effective_on"]
        if not 0 <= (day - clock.today()).days <= FURTHEST_DAYS:
            raise forms.ValidationError(_("今日から1年以内の日を入力してください。"))
        return day


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Take a file in, and list the changes of the last times."""
    is_sent = request.method == "POST"
    form = PersonnelForm(request.POST, request.FILES) if is_sent else _new_form()
    wrong: list[several.WrongLine] = []
    if is_sent and form.is_valid():
        found = reading.read(content=form.cleaned_data["file"], names=reading.names_here(matrix.places()))
        actor, now = services.actor_of(request), clock.now()
        refused = planning.check(entries=found.entries, actor=actor, now=now)
        wrong = sorted([*found.wrong, *refused], key=lambda line: line.number)
        if not wrong:
            day = form.cleaned_data["effective_on"]
            plan = planning.plan(entries=found.entries, effective_on=day, actor=actor, now=now)
            return redirect("personnel_plan", plan.id)
    context = {
        "form": form,
        "wrong": [_line(each) for each in wrong],
        "has_errors": bool(wrong or form.errors),
        "heads": list(reading.HEADS),
        "roles": [name for _key, name in queries.role_choices()],
        "places": [place.name for place in matrix.places()],
        "plans": [(plan, *STATES[plan.state]) for plan in planning.plans()],
    }
    return render(request, "accounts/personnel.html", context, status=422 if wrong or form.errors else 200)


@requires(MANAGE_STAFF)
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """Give the people of today in the layout of the file."""
    places = {place.id: place.name for place in matrix.places()}
    rows = [list(reading.HEADS)]
    for each in queries.staff_list():
        if each.is_active:
            named = "・".join(places[key] for key in each.place_ids if key in places)
            rows.append(
                [
                    each.staff_code,
                    "",
                    each.name,
                    each.name_kana,
                    each.section,
                    "・".join(each.roles),
                    named or reading.ALL_PLACES[0],
                    each.email,
                ]
            )
    services.record_list_taken(request, rows=len(rows) - 1, now=clock.now())
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="staff-{clock.today():%Y%m%d}.csv"'
    return response


@requires(MANAGE_STAFF)
@require_safe
def show(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what a file changes before it is done, and what became of it."""
    return _show(request, plan_id, "")


@requires(MANAGE_STAFF)
@require_POST
def confirm(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Do it now, or on its day."""
    try:
        found = planning.confirm(plan_id=plan_id, actor=services.actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _show(request, plan_id, str(refusal))
    is_done = found.state == PersonnelPlan.State.DONE
    messages.success(request, _("人事異動を反映しました。") if is_done else _("人事異動を予定しました。"))
    return redirect("personnel_plan", plan_id)


@requires(MANAGE_STAFF)
@require_POST
def drop(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give it up."""
    try:
        planning.drop(plan_id=plan_id, actor=services.actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _show(request, plan_id, str(refusal))
    messages.success(request, _("人事異動を取りやめました。だれも変更されていません。"))
    return redirect("personnel")


@requires(MANAGE_STAFF)
@require_POST
def undo(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give everybody what they had before."""
    try:
        planning.undo(plan_id=plan_id, actor=services.actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _show(request, plan_id, str(refusal))
    messages.success(request, _("人事異動を元に戻しました。"))
    return redirect("personnel_plan", plan_id)


@requires(MANAGE_STAFF)
@require_POST
@never_cache
@proved_first(back="personnel_plan", of=("plan_id",))
def codes(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Issue and show, once, the codes for the first passwords of who joined."""
    actor, now = services.actor_of(request), clock.now()
    people = [
        several.Welcomed(
            staff_code=person.staff_code,
            name=person.name,
            code=services.issue_reset_code(staff_id=person.id, actor=actor, now=now),
        )
        for person in planning.without_password(planning.find(plan_id=plan_id))
    ]
    hours = int(services.RESET_CODE_LIFE.total_seconds() // 3600)
    return render(request, "accounts/staff_several_done.html", {"people": people, "hours": hours})


def _new_form() -> PersonnelForm:
    return PersonnelForm(initial={"effective_on": clock.today()})


def _line(each: several.WrongLine) -> str:
    if not each.number:
        return each.reason
    return _("%(number)s行目：%(reason)s") % {"number": each.number, "reason": each.reason}


def _show(request: HttpRequest, plan_id: UUID, wrong: str) -> HttpResponse:
    found = planning.find(plan_id=plan_id)
    names = {
        **dict(queries.role_choices()),
        **{str(place.id): place.name for place in matrix.places()},
    }
    is_open = found.state in (PersonnelPlan.State.CHECKED, PersonnelPlan.State.PLANNED)
    steps = planning.steps(found) if is_open else []
    kind, label = STATES[found.state]
    context = {
        "plan": found,
        "state_kind": kind,
        "state_label": label,
        "counts": [
            (KINDS[each][1], sum(step.kind == each for step in steps))
            for each in ("join", "return", "move", "leave")
        ],
        "steps": [
            (step, *KINDS[step.kind], [_change(each, names) for each in step.changes]) for step in steps
        ],
        "is_open": is_open,
        "changes_anybody": any(step.kind != "same" for step in steps),
        "is_today": found.effective_on <= clock.today(),
        "may_undo": planning.can_undo(found, now=clock.now()),
        "waiting": len(planning.without_password(found)),
        "wrong": [wrong] if wrong else [],
        "has_errors": bool(wrong),
    }
    return render(request, "accounts/personnel_plan.html", context, status=422 if wrong else 200)


def _change(change: tuple[str, Any, Any], names: dict[str, str]) -> tuple[str, str, str]:
    name, before, after = change
    return str(LABELS[name]), _words(name, before, names), _words(name, after, names)


def _words(name: str, value: Any, names: dict[str, str]) -> str:
    if isinstance(value, str):
        return value or "—"
    if name == "places" and not value:
        return _("すべての場所")
    return written(_named(value, names)) or "—"


def _named(keys: Iterable[str], names: dict[str, str]) -> list[str]:
    return [names.get(key, key) for key in keys]
