"""The mail viewer: what the demo's residents and staff would have received."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from deploy.local import pages
from deploy.local.mail_store import Mail, find_mail, list_mails
from madoguchi.web.access import public

SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@public("Local demo only: the mail viewer has no users to sign in.")
def inbox(request: HttpRequest) -> HttpResponse:
    """show the newest mails, of one recipient where the address asks for one."""
    to = request.GET.get("to", "")
    mails = list_mails(folder=pages.layout().mail, to=to)
    return pages.render("local/inbox.html", {"mails": mails, "to": to})


@public("Local demo only: journeys read mails here.")
def messages_json(request: HttpRequest) -> HttpResponse:
    """return the newest mails as JSON."""
    mails = list_mails(folder=pages.layout().mail, to=request.GET.get("to", ""))
    answer = JsonResponse(
        [mail.to_json() for mail in mails], safe=False, json_dumps_params={"ensure_ascii": False}
    )
    answer["Cache-Control"] = "no-store"
    return answer


@public("Local demo only: the mail viewer has no users to sign in.")
def message(request: HttpRequest, mail_id: str) -> HttpResponse:
    """show one mail."""
    return pages.render("local/message.html", {"mail": _find(mail_id)})


@public("Local demo only: the mail viewer has no users to sign in.")
def message_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """show the HTML of one mail where it can run and load nothing."""
    page = HttpResponse(_find(mail_id).html)
    page["Content-Security-Policy"] = SEALED
    return page


@public("Local demo only: the style of the mail viewer.")
def stylesheet(request: HttpRequest) -> HttpResponse:
    """return the style of the viewer."""
    return pages.stylesheet()


def _find(mail_id: str) -> Mail:
    mail = find_mail(folder=pages.layout().mail, mail_id=mail_id)
    if mail is None:
        raise Http404
    return mail
