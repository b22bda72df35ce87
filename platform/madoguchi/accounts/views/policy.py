from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts import queries, services
from madoguchi.accounts.declarations import MANAGE_SIGN_IN, MANAGE_STAFF
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.identity import providers
from madoguchi.accounts.method_forms import (
    MethodsResetForm,
    PasswordRulesForm,
    SignInRulesForm,
    password_form,
    sign_in_form,
)
from madoguchi.accounts.methods import own, policy, second_step
from madoguchi.accounts.models import Staff
from madoguchi.accounts.views.proving import proved_first
from madoguchi.web.access import requires
from madoguchi.web.addresses import client_address
from madoguchi.web.seen import SEEN, PageMoved, field_of, tell_current


@requires(MANAGE_SIGN_IN)
@require_http_methods(["GET", "POST"])
@proved_first()
def sign_in_policy(request: HttpRequest) -> HttpResponse:
    """Show what the city asks of a sign-in and of passwords, and keep a new choice."""
    typed = request.POST if request.method == "POST" else _typed_before(request)
    part = typed.get("part", "")
    signing = sign_in_form(typed if part == "sign_in" else None)
    wording = password_form(typed if part == "passwords" else None)
    forms: dict[str, SignInRulesForm | PasswordRulesForm] = {"sign_in": signing, "passwords": wording}
    chosen = forms.get(part)
    told = ""
    if request.method == "POST" and chosen is not None and chosen.is_valid():
        try:
            changed = policy.keep(
                rules=chosen.rules,
                actor=services.actor_of(request),
                now=clock.now(),
                seen=request.POST.get(SEEN),
            )
        except PageMoved as moved:
            told = part
            tell_current(chosen, refusal=moved, current=chosen.initial)
        else:
            drafts.drop(request)
            messages.success(request, _("設定を保存しました。") if changed else _("変更はありませんでした。"))
            return redirect("sign_in_policy")
    has_errors = bool(chosen is not None and chosen.errors)
    context = {
        "signing": signing,
        "wording": wording,
        "form": chosen,
        "seen": {each: _seen(each, typed=typed, part=part, told=told) for each in forms},
        "providers": providers.list_all(),
        "without": queries.count_without_second_step(),
        "address": client_address(request),
    }
    return render(request, "accounts/policy.html", context, status=422 if has_errors else 200)


def _seen(each: str, *, typed: QueryDict, part: str, told: str) -> tuple[str, str]:
    sent = typed.get(SEEN) if each == part else None
    return field_of(sent=sent, current=policy.version(each), is_told=each == told)


def _typed_before(request: HttpRequest) -> QueryDict:
    return drafts.typed_query(request) if drafts.typed_before(request) else QueryDict()


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def methods_reset(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Take the methods of somebody away who has lost them, after a reason and one's own password."""
    person = queries.staff_row(staff_id=staff_id)
    me = request.user
    assert isinstance(me, Staff)
    form = MethodsResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password, reason = form.cleaned_data["current"], form.cleaned_data["reason"]
        if not own.prove(request, staff=me, password=password, now=clock.now()):
            form.add_error("current", _("パスワードが正しくありません。"))
        elif staff_id == me.id:
            form.add_error(None, _("自分の方法は「サインインの方法」の画面で変更してください。"))
        else:
            own.take_all_away(staff_id=staff_id, reason=reason, actor=me.actor, now=clock.now())
            text = _("%(name)sさんの2つ目の確認方法を解除しました。次のサインインで登録し直します。")
            messages.success(request, text % {"name": person.name})
            return redirect("staff_list")
    methods = second_step.methods_of_id(staff_id)
    context = {"form": form, "person": person, "methods": methods}
    return render(request, "accounts/methods_reset.html", context, status=422 if form.errors else 200)
