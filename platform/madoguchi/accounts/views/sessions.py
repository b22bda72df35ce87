"""How long a session lasts, told to its page; and the change of the person at a shared desk."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import own_sessions, services, sessions
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.models import Staff
from madoguchi.web.access import public, signed_in
from madoguchi.web.doors import works_while_resting


@public("it tells a browser only how long its own session lasts")
@require_safe
@never_cache
def session_state(request: HttpRequest) -> HttpResponse:
    """Tell a page how many seconds its session has left."""
    seconds, reason = sessions.left(request=request, now=clock.now())
    return JsonResponse({"left": seconds, "reason": reason})


@signed_in
@require_POST
@works_while_resting
def session_stay(request: HttpRequest) -> HttpResponse:
    """Take the word of the person that they are still there."""
    sessions.stay(request=request, now=clock.now())
    return HttpResponse(status=204)


@public("the session of whoever typed may have ended a moment ago; the form's own signed field says whose")
@require_POST
@works_while_resting
def session_keep(request: HttpRequest) -> HttpResponse:
    """Keep what was typed into a page that closes because its session has ended."""
    return JsonResponse({"next": drafts.keep_open_page(request, now=clock.now())})


@public("somebody without a session has nothing to hand over")
@require_POST
@works_while_resting
def switch_person(request: HttpRequest) -> HttpResponse:
    """End the session for good and ask the next person at this desk to sign in."""
    staff = request.user
    if isinstance(staff, Staff):
        services.sign_out(request=request, reason="switched", now=clock.now())
        request.session[sessions.FORMER] = staff.name
    return forgetting(redirect("sign_in"))


def forgetting(response: HttpResponse) -> HttpResponse:
    """Let the browser throw away what pages of this host may have stored, at a desk that others use too."""
    response["Clear-Site-Data"] = '"storage"'
    return response


@signed_in
@require_safe
def own_sign_ins(request: HttpRequest) -> HttpResponse:
    """Show somebody where they are signed in, and their last sign-ins."""
    staff = request.user
    assert isinstance(staff, Staff)
    context = own_sessions.overview(
        staff=staff, current=request.session.get(sessions.RECORD, ""), now=clock.now()
    )
    return render(request, "accounts/own_sessions.html", {"view": context})


@signed_in
@require_POST
@works_while_resting
def own_sessions_end(request: HttpRequest) -> HttpResponse:
    """End one session of one's own, or all but this one."""
    staff = request.user
    assert isinstance(staff, Staff)
    own_sessions.end_own(
        request=request, staff=staff, session_id=request.POST.get("session", ""), now=clock.now()
    )
    return redirect("own_sessions")


@signed_in
@require_safe
def shared_desk(request: HttpRequest) -> HttpResponse:
    """Say how to work at a terminal that others use too."""
    return render(request, "accounts/shared_desk.html")
