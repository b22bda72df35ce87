import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts import entering
from madoguchi.accounts.acting import record_refused
from madoguchi.accounts.errors import PasskeyRefused, SecondStepRefused, SecondStepRests
from madoguchi.accounts.method_forms import CodeForm
from madoguchi.accounts.methods import passkeys, second_step
from madoguchi.accounts.methods.policy import sign_in_rules
from madoguchi.accounts.views.sign_in import safe_target
from madoguchi.web.access import public
from madoguchi.web.doors import works_while_resting


@public("the password was right, and nobody is signed in yet")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@works_while_resting
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Ask for one more proof after the password."""
    now = clock.now()
    waiting = second_step.pending(request, now=now)
    if waiting is None:
        second_step.drop(request)
        messages.info(request, _("確認の時間が過ぎました。もう一度サインインしてください。"))
        return redirect("sign_in")
    form = CodeForm(request.POST if request.method == "POST" and "answer" not in request.POST else None)
    refused = ""
    if request.method == "POST":
        try:
            method = _take(request, waiting, form)
        except (PasskeyRefused, SecondStepRefused, SecondStepRests) as error:
            refused = str(error)
        else:
            if method:
                entering.finish_second_step(request=request, waiting=waiting, method=method, now=now)
                return redirect(safe_target(request))
    return _show(request, waiting, form, refused)


def _take(request: HttpRequest, waiting: second_step.Pending, form: CodeForm) -> str:
    now = clock.now()
    if "answer" in request.POST:
        return second_step.accept_passkey(request, waiting, answer=request.POST["answer"], now=now)
    if not form.is_valid():
        return ""
    return second_step.accept_code(waiting, code=form.cleaned_data["code"], now=now)


def _show(request: HttpRequest, waiting: second_step.Pending, form: CodeForm, refused: str) -> HttpResponse:
    methods = second_step.methods_of(waiting.staff)
    asks_key = bool(methods.passkeys) and not waiting.by_mail
    options = passkeys.begin_asking(request, staff=waiting.staff, now=clock.now()) if asks_key else None
    if refused and form.is_bound:
        form.add_error("code", refused)
    context = {
        "form": form,
        "methods": methods,
        "by_mail": waiting.by_mail,
        "options": json.dumps(options) if options else "",
        "refused": refused,
        "target": safe_target(request),
    }
    status = 422 if refused or form.errors else 200
    return render(request, "accounts/second_step.html", context, status=status)


@public("whoever signs in with a key types no code before")
@require_POST
@never_cache
@works_while_resting
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Ask the device for a key that it knows for this host."""
    if not sign_in_rules().allows_passwordless:
        return JsonResponse({}, status=404)
    return JsonResponse(passkeys.begin_asking(request, staff=None, now=clock.now()))


@public("whoever signs in with a key types no code before")
@require_POST
@never_cache
@works_while_resting
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a key that checked its owner itself: two proofs in one."""
    now = clock.now()
    try:
        if not sign_in_rules().allows_passwordless:
            raise PasskeyRefused
        key = passkeys.finish_asking(request, staff=None, answer=request.POST.get("answer", ""), now=now)
    except PasskeyRefused as refused:
        record_refused(staff=None, action="accounts.passkey_refused", now=now)
        messages.error(request, str(refused))
        return redirect("sign_in")
    entering.admit(request=request, staff=key.staff, how="passkey", now=now)
    return redirect(safe_target(request))
