"""The layouts of forms and letters: look, move, try, and make a new version."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from plugins.card_management.declarations.forms import CHANGE_LAYOUTS, SORTS
from plugins.card_management.forms.forms import NUMBERS, LayoutForm, VersionForm
from plugins.card_management.rules.forms_layout import Layout, differences
from plugins.card_management.services import forms_samples, forms_templates
from plugins.card_management.services.forms_templates import Template
from plugins.card_management.views.forms import number_in


@requires(CHANGE_LAYOUTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the layouts with their newest version."""
    known = forms_templates.overview()
    rows = []
    for sort in SORTS.values():
        newest, draft = known.get(sort.key, (None, None))
        rows.append({"sort": sort, "newest": newest, "draft": draft})
    return render(request, "card_management/forms/layouts.html", {"rows": rows})


@requires(CHANGE_LAYOUTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, form_key: str) -> HttpResponse:
    """Change the positions, sizes and words of a layout: what is kept here is a draft."""
    now = clock.now()
    newest = forms_templates.current(key=form_key, now=now)
    draft = forms_templates.draft(key=form_key)
    layout = forms_templates.layout_of(draft or newest)
    form = LayoutForm(request.POST or None, layout=layout)
    if request.method == "POST" and form.is_valid():
        try:
            forms_templates.keep_draft(
                key=form_key,
                numbers=form.numbers(),
                texts=form.texts(),
                shift=form.shift(),
                actor=actor_of(request),
                now=now,
            )
        except forms_templates.LayoutRefused as refusal:
            form.refuse(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(reverse("cards:forms_layout", args=[form_key]))
    return _page(request, newest, draft, layout, form)


@requires(CHANGE_LAYOUTS)
@require_safe
def preview(request: HttpRequest, form_key: str) -> HttpResponse:
    """Draw the draft, or the newest version, with invented words as a picture."""
    now = clock.now()
    found = forms_templates.draft(key=form_key) or forms_templates.current(key=form_key, now=now)
    picture = forms_samples.picture(template=found, framed=request.GET.get("field", "")[:60], now=now)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "no-store"
    return response


@requires(CHANGE_LAYOUTS)
@require_safe
def sample(request: HttpRequest, form_key: str) -> HttpResponse:
    """Show the draft, or the newest version, with invented words on paper, to be laid over a real form."""
    now = clock.now()
    found = forms_templates.draft(key=form_key) or forms_templates.current(key=form_key, now=now)
    if request.GET.get("as") == "sheet":
        return inline_pdf(forms_samples.pdf(template=found, now=now), name=f"sample-{form_key}")
    title = _("見本の印刷：%(title)s") % {"title": forms_templates.sort_of(form_key).title}
    back = reverse("cards:forms_layout", args=[form_key])
    return reading_page(request, pdf="?as=sheet", title=title, back=back)


@requires(CHANGE_LAYOUTS)
@require_POST
def publish(request: HttpRequest, form_key: str) -> HttpResponse:
    """Make the draft the version from which everything is printed, or drop it, or take an earlier one up."""
    actor, now = actor_of(request), clock.now()
    wish, form = request.POST.get("do", ""), VersionForm(request.POST)
    number = request.POST.get("version", "")
    try:
        if wish == "drop":
            forms_templates.drop_draft(key=forms_templates.sort_of(form_key).key)
            messages.success(request, _("下書きを捨てました。"))
        elif wish == "take_up" and number.isascii() and number.isdigit():
            forms_templates.take_up(key=form_key, number=int(number[:6]), actor=actor, now=now)
            messages.success(request, _("前の版を下書きにしました。確かめてから新しい版にしてください。"))
        elif wish == "publish" and form.is_valid():
            note = form.cleaned_data["note"]
            made = forms_templates.publish(key=form_key, note=note, actor=actor, now=now)
            messages.success(request, _("第%(number)s版にしました。") % {"number": made.version})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("cards:forms_layout", form_key)


@requires(CHANGE_LAYOUTS)
@require_safe
def compare(request: HttpRequest, form_key: str) -> HttpResponse:
    """List what differs between two versions of a layout."""
    now = clock.now()
    newest = forms_templates.current(key=form_key, now=now)
    after = _wanted(form_key, number_in(request, "to"), newest)
    before = _wanted(form_key, number_in(request, "from") or max(1, after.version - 1), newest)
    context = {
        "sort": forms_templates.sort_of(form_key),
        "before": before,
        "after": after,
        "rows": differences(forms_templates.layout_of(before), forms_templates.layout_of(after)),
    }
    return render(request, "card_management/forms/layout_compare.html", context)


def _wanted(key: str, number: int, newest: Template) -> Template:
    return forms_templates.version(key=key, number=number) if number else newest


def _page(
    request: HttpRequest, newest: Template, draft: Template | None, layout: Layout, form: LayoutForm
) -> HttpResponse:
    context = {
        "sort": forms_templates.sort_of(newest.key),
        "newest": newest,
        "draft": draft,
        "layout": layout,
        "form": form,
        "rows": [(place, [form[f"{place.name}-{name}"] for name in NUMBERS]) for place in layout.places],
        "texts": [form[f"t-{turn}"] for turn, mark in enumerate(layout.marks) if mark.text],
        "versions": forms_templates.versions(key=newest.key),
        "version_form": VersionForm(),
        "framed": request.GET.get("field", "")[:60],
    }
    status = 422 if form.errors else 200
    return render(request, "card_management/forms/layout.html", context, status=status)
