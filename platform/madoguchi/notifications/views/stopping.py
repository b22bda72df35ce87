from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.notifications import opting_out
from madoguchi.web.access import public


# RFC 8058: the mail program of a reader posts here by itself, without a page and its token; the
# secret is in the address, and nothing else is changed by it.
@csrf_exempt
@public("whoever holds the link below a mailing may end these mails")
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mailings(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that ends the mailings to an address, and end them or begin again."""
    now = clock.now()
    contact_id = opting_out.contact_of(token=token, now=now)
    if request.method == "POST":
        if request.POST.get("do") == "begin":
            opting_out.begin_again(contact_id=contact_id, now=now)
        else:
            opting_out.stop(contact_id=contact_id, now=now)
    context = {
        "is_stopped": opting_out.is_stopped(contact_id=contact_id),
        "is_done": request.method == "POST",
    }
    response = render(request, "notifications/stop.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
