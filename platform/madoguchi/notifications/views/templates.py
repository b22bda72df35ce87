from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.services import actor_of
from madoguchi.notifications import differences, kinds, queries, rendering, services
from madoguchi.notifications.declarations import EDIT_TEMPLATES
from madoguchi.notifications.errors import WordingMoved
from madoguchi.notifications.forms import SampleForm, TemplateForm
from madoguchi.notifications.rendering import Wording
from madoguchi.web.access import requires
from madoguchi.web.furigana import suggested
from madoguchi.web.seen import SEEN, field_of
from madoguchi.words.reading import Unavailable


@dataclass(frozen=True)
class Compared:
    """An earlier version beside the words in use."""

    number: int
    lines: tuple[differences.Line, ...]


@requires(EDIT_TEMPLATES)
@require_safe
def message_templates(request: HttpRequest) -> HttpResponse:
    """List the messages whose words the city may change."""
    return render(request, "notifications/templates.html", {"rows": queries.templates()})


@requires(EDIT_TEMPLATES)
@require_http_methods(["GET", "POST"])
def message_template(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Show one message, preview a new wording, or keep it."""
    current = current_wording(kind, language)
    if request.method != "POST":
        start = earlier(request, kind, language) or current
        typed = {"subject": start.subject, "body": start.body, **drafts.typed_before(request)}
        form = TemplateForm(initial=typed, kind=kind)
        return show(request, Shown(kind, language, start, form, seen=typed.get(SEEN)))
    form = TemplateForm(_sent(request), kind=kind)
    if form.is_valid() and request.POST.get("do") == "save":
        wording = Wording(**form.cleaned_data, is_default=False)
        try:
            services.change_template(
                kind=kind,
                language=language,
                wording=wording,
                actor=actor_of(request),
                now=clock.now(),
                seen=request.POST.get(SEEN),
            )
        except WordingMoved as moved:
            form.add_error(None, str(moved))
            return show(request, Shown(kind, language, wording, form, is_told=True))
        drafts.drop(request)
        messages.success(request, _("文面を保存しました。次の送信から使われます。"))
        return redirect("message_template", kind=kind, language=language)
    shown = Wording(**form.cleaned_data, is_default=False) if form.is_valid() else current
    return show(request, Shown(kind, language, shown, form))


def _sent(request: HttpRequest) -> QueryDict:
    """Read what was sent, with readings where somebody asked for them."""
    if request.POST.get("do") != "readings":
        return request.POST
    try:
        return suggested(request.POST, fields=("body",))
    except Unavailable:
        messages.warning(
            request, _("ふりがなの候補を出せません。「漢字《かんじ》」のように、手で入力してください。")
        )
        return request.POST


@requires(EDIT_TEMPLATES)
@require_POST
def message_template_revert(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Go back to the text the message is delivered with."""
    current_wording(kind, language)
    services.revert_template(kind=kind, language=language, actor=actor_of(request), now=clock.now())
    messages.success(request, _("標準の文面に戻しました。"))
    return redirect("message_template", kind=kind, language=language)


@requires(EDIT_TEMPLATES)
@require_POST
def message_template_test(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Send the message with sample values to an address of the staff."""
    current = current_wording(kind, language)
    sample = SampleForm(request.POST, own=_own_address(request))
    if not sample.is_valid():
        form = TemplateForm(initial={"subject": current.subject, "body": current.body}, kind=kind)
        return show(request, Shown(kind, language, current, form, sample))
    services.send_sample(
        kind=kind, language=language, actor=actor_of(request), now=clock.now(), **sample.cleaned_data
    )
    messages.success(request, _("テスト送信を受け付けました。結果は「通知の送信状況」で確かめられます。"))
    return redirect("message_template", kind=kind, language=language)


def current_wording(kind: str, language: str) -> Wording:
    """Read the wording in use; a language we do not write in is not found."""
    found = kinds.find(kind)
    if language not in dict(kinds.languages_of(found)):
        raise Http404(language)
    return rendering.wording(kind=found, language=language)


def earlier(request: HttpRequest, kind: str, language: str) -> Wording | None:
    """Read the earlier wording that the page was asked to start from."""
    number = _number(request.GET.get("version", ""))
    return queries.version(kind=kind, language=language, number=number) if number else None


def compared(request: HttpRequest, shown: "Shown") -> Compared | None:
    """Set an earlier version beside the words in use, where the page was asked to."""
    number = _number(request.GET.get("compare", ""))
    found = queries.version(kind=shown.kind, language=shown.language, number=number) if number else None
    if found is None:
        return None
    used = current_wording(shown.kind, shown.language)
    return Compared(number, tuple(differences.between(earlier=found, later=used)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _own_address(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", ""))


@dataclass(frozen=True)
class Shown:
    """What the page of one message shows."""

    kind: str
    language: str
    wording: Wording
    form: TemplateForm
    sample: SampleForm | None = None
    seen: str | None = None
    is_told: bool = False
    """Whether it says that somebody else has changed the words meanwhile."""


def show(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Show the words beside what a reader would see."""
    kind, language = kinds.find(shown.kind), shown.language
    samples = rendering.sample_values(kind=kind, language=language)
    sample = shown.sample or SampleForm(initial={"address": _own_address(request)})
    context: dict[str, Any] = {
        "form": shown.form,
        "sample": sample,
        "kind": kind,
        "language": language,
        "row": next((row for row in queries.templates() if row.name == shown.kind), None),
        "is_default": rendering.wording(kind=kind, language=language).is_default,
        "versions": queries.versions(kind=shown.kind, language=language),
        "compared": compared(request, shown),
        "preview": rendering.render(wording=shown.wording, values=samples, language=language),
        "has_errors": bool(sample.errors),
        "seen": field_of(
            sent=request.POST.get(SEEN, shown.seen),
            current=services.newest_version(kind=shown.kind, language=language),
            is_told=shown.is_told,
        ),
    }
    is_refused = bool(shown.form.errors or sample.errors)
    return render(request, "notifications/template.html", context, status=422 if is_refused else 200)
