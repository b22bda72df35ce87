import base64
import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.entering import ADDS_METHOD
from madoguchi.accounts.errors import LastMethod, PasskeyRefused
from madoguchi.accounts.method_forms import AppForm, PasskeyForm
from madoguchi.accounts.methods import authenticator, own, passkeys, second_step
from madoguchi.accounts.methods.drawing import square
from madoguchi.accounts.methods.policy import is_administrator, sign_in_rules
from madoguchi.accounts.models import Staff
from madoguchi.accounts.views.proving import proved_first
from madoguchi.ledger import vault
from madoguchi.web.access import signed_in
from madoguchi.web.doors import works_while_resting

# In the session, sealed: the secret of an app that has not yet shown that it holds it.
WAITING_APP = "new_app"


@signed_in
@require_safe
@never_cache
def sign_in_methods(request: HttpRequest) -> HttpResponse:
    """Show a person how they can sign in, and what is missing."""
    staff = _staff(request)
    rules = sign_in_rules()
    is_asked = rules.required == "everybody" or (
        rules.required == "administrators" and is_administrator(staff)
    )
    context = {
        "staff": staff,
        "rules": rules,
        "methods": second_step.methods_of(staff),
        "app": second_step.app_of(staff),
        "keys": staff.passkeys.all(),
        "is_asked": is_asked,
        "is_forced": request.session.get(ADDS_METHOD, False),
    }
    return render(request, "accounts/methods.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@works_while_resting
@proved_first()
def app_add(request: HttpRequest) -> HttpResponse:
    """Show the square that an app reads, and take its first digits."""
    staff = _staff(request)
    if not sign_in_rules().allows_apps:
        raise Http404
    secret = _secret(request, staff)
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if own.add_app(staff=staff, secret=secret, digits=form.cleaned_data["digits"], now=clock.now()):
            del request.session[WAITING_APP]
            return _added(request, staff)
        form.add_error("digits", _("数字が合いません。アプリに表示されている最新の6桁を入力してください。"))
    context = {
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "square": square(authenticator.address_of(secret=secret, staff=staff)),
    }
    return render(request, "accounts/app_add.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
@works_while_resting
@proved_first()
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Let the browser make a key, and keep its public half under a name."""
    staff, now = _staff(request), clock.now()
    if not sign_in_rules().allows_passkeys:
        raise Http404
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer, name = form.cleaned_data["answer"], form.cleaned_data["name"]
        try:
            own.add_passkey(request, staff=staff, answer=answer, name=name, now=now)
        except PasskeyRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _added(request, staff)
    options = passkeys.begin_adding(request, staff=staff, now=now)
    context = {"form": form, "options": json.dumps(options)}
    return render(request, "accounts/passkey_add.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
@never_cache
@works_while_resting
@proved_first(back="sign_in_methods")
def app_remove(request: HttpRequest) -> HttpResponse:
    """Take one's own app away."""
    try:
        own.remove_app(staff=_staff(request), now=clock.now())
    except LastMethod as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("認証アプリの登録を削除しました。"))
    return redirect("sign_in_methods")


@signed_in
@require_POST
@never_cache
@works_while_resting
@proved_first(back="sign_in_methods")
def passkey_remove(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Take one of one's own keys away."""
    try:
        if not own.remove_passkey(staff=_staff(request), key_id=key_id, now=clock.now()):
            raise Http404
    except LastMethod as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("パスキーを削除しました。"))
    return redirect("sign_in_methods")


@signed_in
@require_POST
@never_cache
@works_while_resting
@proved_first(back="sign_in_methods")
def recovery_codes_make(request: HttpRequest) -> HttpResponse:
    """Make new codes on paper and show them once."""
    staff = _staff(request)
    if not second_step.methods_of(staff).is_ready:
        return redirect("sign_in_methods")
    return _show_codes(request, staff, is_first=False)


def _added(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Go on after a method was added: with the first one come the codes on paper."""
    request.session.pop(ADDS_METHOD, None)
    if second_step.methods_of(staff).codes_left:
        messages.success(request, _("サインインの方法を追加しました。"))
        return redirect("sign_in_methods")
    return _show_codes(request, staff, is_first=True)


def _show_codes(request: HttpRequest, staff: Staff, *, is_first: bool) -> HttpResponse:
    codes = own.make_codes(staff=staff, now=clock.now())
    context = {"codes": codes, "is_first": is_first, "staff": staff}
    return render(request, "accounts/recovery_codes.html", context)


def _secret(request: HttpRequest, staff: Staff) -> str:
    """Give the secret that waits in the session, or draw one."""
    kept = request.session.get(WAITING_APP)
    if kept is not None:
        sealed = base64.b64decode(kept)
        opened = vault.open_sealed(sealed=sealed, place=authenticator.SEALED_AT, row=staff.id)
        return str(opened["secret"])
    secret = authenticator.new_secret()
    sealed = vault.seal(fields={"secret": secret}, place=authenticator.SEALED_AT, row=staff.id)
    request.session[WAITING_APP] = base64.b64encode(sealed).decode()
    return secret


def _staff(request: HttpRequest) -> Staff:
    staff = request.user
    assert isinstance(staff, Staff)
    return staff
