"""The administrator's pages: tokens of programs, addresses that are told of events, the manual."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from madoguchi.web.access import actor_behind, requires, signed_in
from madoguchi.web.api import manual, scopes, tokens, webhooks
from madoguchi.web.api.declarations import MANAGE
from madoguchi.web.api.events import TOLD
from madoguchi.web.api.forms import TokenForm, WebhookForm
from madoguchi.web.api.models import ApiToken, Webhook
from madoguchi.web.proving import proved_first

NOT_TAKEN = gettext_lazy("相手が受け取りませんでした。")
REASONS = {
    "gaierror": gettext_lazy("送り先の名前が見つかりませんでした。"),
    "TimeoutError": gettext_lazy("時間内に返事がありませんでした。"),
    "ConnectionRefusedError": gettext_lazy("送り先に接続できませんでした。"),
    "SSLCertVerificationError": gettext_lazy("送り先の証明書を確かめられませんでした。"),
    "AddressRefused": gettext_lazy("庁内のアドレスには送りません。"),
}


@requires(MANAGE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the tokens and the addresses of the city."""
    now = clock.now()
    context = {
        "tokens": [_with_words(token) for token in tokens.usable(now=now)],
        "ended": tokens.ended(now=now)[:50],
        "webhooks": [(one, _labels_of(one)) for one in Webhook.objects.all()],
        "now": now,
    }
    return render(request, "api/index.html", context)


@requires(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@proved_first()
def make(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, once."""
    now = clock.now()
    typed = request.POST if request.method == "POST" else None
    eyes = _eyes(request)
    form = TokenForm(typed, person=request.user, eyes=eyes)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            wish = tokens.Wish(
                label=chosen["label"],
                scopes=chosen["scopes"],
                sees=chosen["sees"],
                places=eyes.places,
                networks=chosen["networks"],
                expires_at=now + form.life,
            )
            made = tokens.issue(wish=wish, actor=_actor(request), now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show_once(request, made)
    return render(request, "api/make.html", {"form": form}, status=422 if form.errors else 200)


@requires(MANAGE)
@require_POST
@proved_first(back="api_access:index")
def rotate(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Replace a token and show the new one, once, to somebody who could have made it."""
    token = tokens.find(token_id=token_id)
    if not _could_make(person=request.user, eyes=_eyes(request), token=token):
        messages.error(request, _("あなたに許されていないことができるトークンは、作り直せません。"))
        return redirect("api_access:index")
    try:
        return _show_once(request, tokens.rotate(token_id=token_id, actor=_actor(request), now=clock.now()))
    except tokens.TokenRevoked as refusal:
        messages.error(request, str(refusal))
        return redirect("api_access:index")


@requires(MANAGE)
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    tokens.revoke(token_id=token_id, actor=_actor(request), now=clock.now())
    messages.success(request, _("トークンを無効にしました。このトークンは、もう使えません。"))
    return redirect("api_access:index")


@requires(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@proved_first()
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Register an address and show its secret, once."""
    if _eyes(request).places is not None:
        messages.error(
            request,
            _("通知先には、すべての場所の予約が伝わります。担当の場所が決まっている方は、登録できません。"),
        )
        return redirect("api_access:index")
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = webhooks.register(**form.cleaned_data, actor=_actor(request), now=clock.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            found = webhooks.find(webhook_id=made.id)
            return render(request, "api/webhook_made.html", {"made": made, "webhook": found})
    return render(request, "api/webhook_add.html", {"form": form}, status=422 if form.errors else 200)


@requires(MANAGE)
@require_safe
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Show what an address was told."""
    found = webhooks.find(webhook_id=webhook_id)
    kinds: dict[str, Any] = {kind: label for kind, (_event, label) in TOLD.items()}
    lines = [
        (line, kinds.get(line.event, _("テスト")), _reason(line.why))
        for line in webhooks.messages_of(webhook=found)
    ]
    rests = found.rests_until is not None and found.rests_until > clock.now()
    context = {
        "webhook": found,
        "lines": lines,
        "events": _labels_of(found),
        "rests_until": found.rests_until if rests else None,
    }
    return render(request, "api/webhook.html", context)


@requires(MANAGE)
@require_POST
def ping(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send an address a test."""
    webhooks.ping(webhook_id=webhook_id, actor=_actor(request), now=clock.now())
    messages.success(request, _("テストを送りました。数秒後に読み直すと、届いたかどうかがわかります。"))
    return redirect("api_access:webhook", webhook_id)


@requires(MANAGE)
@require_POST
def stop(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Tell an address nothing more."""
    webhooks.stop(webhook_id=webhook_id, actor=_actor(request), now=clock.now())
    messages.success(request, _("この通知先への送信を止めました。"))
    return redirect("api_access:index")


@signed_in
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show the manual of the API of this city, drawn from its schema."""
    context = {
        "chapters": manual.chapters(),
        "address": f"{current_city().staff_url}/api/v1/",
        "may_manage": request.user.has_permission(MANAGE),  # type: ignore[union-attr]
    }
    return render(request, "api/documentation.html", context)


def _with_words(token: Any) -> tuple[Any, list[Any]]:
    words = {one.name: one.label for one in scopes.offered()}
    words |= {one.name: one.label for one in scopes.columns()}
    return token, [words.get(name, name) for name in (*token.scopes, *token.sees)]


def _labels_of(found: Webhook) -> list[Any]:
    return [TOLD[kind][1] for kind in found.events if kind in TOLD]


def _show_once(request: HttpRequest, made: tokens.MadeToken) -> HttpResponse:
    token = tokens.find(token_id=made.id)
    return render(request, "api/made.html", {"made": made, "token": token})


def _reason(why: str) -> str:
    """Say why a message was not taken, as an administrator of the other side would ask it."""
    if why.isdigit():
        return _("相手が受け取りませんでした（応答 %(status)s）。") % {"status": why}
    return str(REASONS.get(why, NOT_TAKEN)) if why else ""


def _could_make(*, person: Any, eyes: Eyes, token: ApiToken) -> bool:
    """Tell whether a token does and sees nothing that is kept from this person."""
    holds = all(person.has_permission(name) for name in token.scopes)
    is_within = eyes.places is None or (token.places is not None and eyes.places.issuperset(token.places))
    return holds and is_within and not any(eyes.is_masked(name) for name in token.sees)


def _eyes(request: HttpRequest) -> Eyes:
    found: Eyes = import_string(settings.MADOGUCHI["SIGHT"])(request)
    return found


def _actor(request: HttpRequest) -> Actor:
    return actor_behind(request)
