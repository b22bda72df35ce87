from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.notifications import kinds, queries, rendering, services
from madoguchi.notifications.declarations import EDIT_TEMPLATES
from madoguchi.notifications.forms import TemplateForm
from madoguchi.notifications.rendering import Wording
from madoguchi.web.access import requires


@requires(EDIT_TEMPLATES)
@require_safe
def message_templates(request: HttpRequest) -> HttpResponse:
    """List the messages whose words the city may change."""
    return render(request, "notifications/templates.html", {"rows": queries.templates()})


@requires(EDIT_TEMPLATES)
@require_http_methods(["GET", "POST"])
def message_template(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Show one message, preview a new wording, keep it, or go back to the first one."""
    if not queries.language_label(language):
        raise Http404(language)
    current = rendering.wording(kind=kinds.find(kind), language=language)
    if request.method != "POST":
        form = TemplateForm(initial={"subject": current.subject, "body": current.body}, kind=kind)
        return show(request, kind, language, form, current)
    if request.POST.get("do") == "revert":
        services.revert_template(kind=kind, language=language, actor=actor_of(request), now=clock.now())
        messages.success(request, _("標準の文面に戻しました。"))
        return redirect("message_template", kind=kind, language=language)
    form = TemplateForm(request.POST, kind=kind)
    if form.is_valid() and request.POST.get("do") == "save":
        wording = Wording(**form.cleaned_data, is_default=False)
        services.change_template(
            kind=kind, language=language, wording=wording, actor=actor_of(request), now=clock.now()
        )
        messages.success(request, _("文面を保存しました。次の送信から使われます。"))
        return redirect("message_template", kind=kind, language=language)
    shown = Wording(**form.cleaned_data, is_default=False) if form.is_valid() else current
    return show(request, kind, language, form, shown)


def show(
    request: HttpRequest, kind: str, language: str, form: TemplateForm, wording: Wording
) -> HttpResponse:
    """Show the words beside what a reader would see."""
    found = kinds.find(kind)
    samples = rendering.sample_values(kind=found, language=language)
    context: dict[str, Any] = {
        "form": form,
        "kind": found,
        "language": language,
        "row": next((row for row in queries.templates() if row.name == kind), None),
        "is_default": rendering.wording(kind=found, language=language).is_default,
        "preview": rendering.render(wording=wording, values=samples, language=language),
    }
    return render(request, "notifications/template.html", context, status=422 if form.errors else 200)
