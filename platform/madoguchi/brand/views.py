from collections.abc import Mapping
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.brand import preview, queries, services
from madoguchi.brand.declarations import CHANGE_LOOK
from madoguchi.brand.forms import LookForm, initial_of
from madoguchi.brand.models import Logo, Look
from madoguchi.web.access import public, requires
from madoguchi.web.brands import logo_of
from madoguchi.web.gallery.pages import living_page
from madoguchi.web.languages import DEFAULT, LANGUAGES, PREFIXES
from madoguchi.web.navigation import Link

FOR_GOOD = "public, max-age=31536000, immutable"
# A drawing may carry its own colours; it runs nothing and fetches nothing.
SHUT_IN = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@requires(CHANGE_LOOK)
@csp_update({"frame-src": ["'self'"]})
@require_http_methods(["GET", "POST"])
def look_page(request: HttpRequest) -> HttpResponse:
    """Show how the city looks, try something else out, and show it to everybody."""
    draft = queries.draft()
    shown = draft or queries.current_look()
    if request.method == "POST":
        return _try_or_show(request, shown)
    form = LookForm(initial=initial_of(queries.overlaid(shown)), has_logo=bool(shown and shown.logo_id))
    return _page(request, form, draft=draft)


def _try_or_show(request: HttpRequest, shown: Look | None) -> HttpResponse:
    form = LookForm(
        request.POST, request.FILES, has_logo=bool(shown and shown.logo_id), was_cut=_was_cut(request)
    )
    if not form.is_valid():
        return _page(request, form, draft=queries.draft(), status=422)
    actor, now = actor_of(request), clock.now()
    logo = _logo(form, shown, actor=actor, now=now)
    if request.POST.get("then") != "publish":
        services.keep_draft(chosen=form.chosen(), logo=logo, actor=actor, now=now)
        return redirect("look_page")
    if services.publish(chosen=form.chosen(), logo=logo, actor=actor, now=now):
        messages.success(request, _("新しい見た目を公開しました。下の一覧から前の見た目に戻せます。"))
    else:
        messages.success(request, _("変更はありませんでした。"))
    return redirect("look_page")


def _logo(form: LookForm, shown: Look | None, *, actor: Any, now: Any) -> Logo | None:
    if not form.shows_logo:
        return None
    if form.picture is not None:
        return services.take_in_logo(form.picture, actor=actor, now=now)
    return shown.logo if shown else None


def _was_cut(request: HttpRequest) -> bool:
    """Tell whether a file was too large to be received, and is missing without a word."""
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    return sent > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and "logo" not in request.FILES


def _page(request: HttpRequest, form: LookForm, *, draft: Look | None, status: int = 200) -> HttpResponse:
    language = _language(request)
    shown = queries.overlaid(draft or queries.current_look())
    context: Mapping[str, Any] = {
        "form": form,
        "draft": draft,
        "history": queries.history(),
        "languages": [Link(name, f"?in={code}#preview", code == language) for code, name in LANGUAGES],
        "language": language,
        "logo": logo_of(shown, language=DEFAULT, fallback=""),
    }
    return render(request, "brand/look.html", context, status=status)


@requires(CHANGE_LOOK)
@csp_replace({"frame-ancestors": ["'self'"]})
@require_safe
def look_preview(request: HttpRequest) -> HttpResponse:
    """Draw the residents' home page in the draft look, for the frame of the page above."""
    brand = queries.overlaid(queries.draft() or queries.current_look())
    return preview.home_page(request, brand=brand, language=_language(request))


@requires(CHANGE_LOOK)
@require_POST
def discard_look(request: HttpRequest) -> HttpResponse:
    """Forget what was tried out."""
    services.discard_draft()
    messages.success(request, _("下書きを捨てました。"))
    return redirect("look_page")


@requires(CHANGE_LOOK)
@require_POST
def restore_look(request: HttpRequest, look: UUID) -> HttpResponse:
    """Show everybody a former look again."""
    services.restore(look=look, actor=actor_of(request), now=clock.now())
    messages.success(request, _("前の見た目に戻しました。"))
    return redirect("look_page")


@requires(CHANGE_LOOK)
@require_POST
def first_look(request: HttpRequest) -> HttpResponse:
    """Show everybody the look that the contract began with."""
    services.go_back_to_start(actor=actor_of(request), now=clock.now())
    messages.success(request, _("最初の見た目に戻しました。"))
    return redirect("look_page")


@public("the logo in the header of every page; it holds nothing of anybody")
@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    """Send a logo, never to be run as a page."""
    found = queries.logo(name)
    headers = {"Content-Security-Policy": SHUT_IN, "Cache-Control": FOR_GOOD}
    return HttpResponse(bytes(found.content), content_type=found.media_type, headers=headers)


def _language(request: HttpRequest) -> str:
    wished = request.GET.get("in", DEFAULT)
    return wished if wished in PREFIXES else DEFAULT


@requires(CHANGE_LOOK)
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Show every part of our pages in every state."""
    return living_page(request)
