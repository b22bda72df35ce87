from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.errors import ResetCodeRefused
from madoguchi.accounts.forms import ChangePasswordForm, NewPasswordForm, ResetPasswordForm
from madoguchi.accounts.models import Staff
from madoguchi.web.access import public, signed_in
from madoguchi.web.doors import works_while_resting


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@works_while_resting
def password_change(request: HttpRequest) -> HttpResponse:
    """Let somebody choose a new password, knowing the old one."""
    staff = request.user
    assert isinstance(staff, Staff)
    form = ChangePasswordForm(request.POST or None, staff=staff)
    if request.method == "POST" and not _only_checks(request) and form.is_valid():
        password = form.cleaned_data["new_password"]
        services.change_password(request=request, staff=staff, password=password, now=clock.now())
        messages.success(request, _("パスワードを変更しました。"))
        return redirect("staff_home")
    context = {"form": form, "is_forced": staff.must_change_password}
    return _show(request, "accounts/password_change.html", form, context)


@public("somebody who has lost the password cannot sign in")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@works_while_resting
def password_reset(request: HttpRequest) -> HttpResponse:
    """Let somebody with a reset code choose a new password."""
    owner = services.owner_of_code(code=request.POST.get("reset_code", ""), now=clock.now())
    form = ResetPasswordForm(request.POST or None, staff=owner)
    if request.method == "POST" and not _only_checks(request) and form.is_valid():
        chosen = form.cleaned_data
        try:
            services.use_reset_code(
                code=chosen["reset_code"], password=chosen["new_password"], now=clock.now()
            )
        except ResetCodeRefused as refused:
            form.add_error("reset_code", refused.message)
        else:
            messages.success(request, _("パスワードを設定しました。サインインしてください。"))
            return redirect("sign_in")
    return _show(request, "accounts/password_reset.html", form, {"form": form})


def _only_checks(request: HttpRequest) -> bool:
    """Tell whether somebody without scripts wants to know how a password fares, and nothing more."""
    return "check" in request.POST


def _show(
    request: HttpRequest, template: str, form: NewPasswordForm, context: dict[str, Any]
) -> HttpResponse:
    if _only_checks(request):
        form.judge_only()
        return render(request, template, context)
    return render(request, template, context, status=422 if form.errors else 200)
