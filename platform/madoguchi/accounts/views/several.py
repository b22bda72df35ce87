from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts import queries, services, several
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.web.access import requires


class PasteForm(forms.Form):
    """Rows of people, one a line."""

    rows = forms.CharField(
        label=gettext_lazy("職員の一覧"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "rows"}),
        error_messages={"required": gettext_lazy("職員を1行に1人ずつ入力してください。")},
    )


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def staff_several(request: HttpRequest) -> HttpResponse:
    """Add several people at once and show the codes for their first passwords, once."""
    form = PasteForm(request.POST if request.method == "POST" else None)
    wrong: list[str] = []
    if request.method == "POST" and form.is_valid():
        pasted = several.read(form.cleaned_data["rows"])
        wrong = [
            _("%(number)s行目：%(reason)s") % {"number": line.number, "reason": line.reason}
            for line in pasted.wrong
        ]
        if not pasted.entries and not wrong:
            form.add_error("rows", _("職員を1行に1人ずつ入力してください。"))
        elif not wrong:
            actor = services.actor_of(request)
            people = several.welcome_all(entries=pasted.entries, actor=actor, now=clock.now())
            return _show_codes(request, people)
    roles = [name for _key, name in queries.role_choices()]
    context = {"form": form, "wrong": wrong, "has_errors": bool(wrong), "roles": roles}
    return render(
        request, "accounts/staff_several.html", context, status=422 if wrong or form.errors else 200
    )


def _show_codes(request: HttpRequest, people: list[several.Welcomed]) -> HttpResponse:
    hours = int(services.RESET_CODE_LIFE.total_seconds() // 3600)
    return render(request, "accounts/staff_several_done.html", {"people": people, "hours": hours})
