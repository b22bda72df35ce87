from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.notifications import senders, tasks
from madoguchi.notifications.channels import mail
from madoguchi.notifications.declarations import CHANGE_SENDER
from madoguchi.notifications.forms import SenderForm
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires


@requires(CHANGE_SENDER)
@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest) -> HttpResponse:
    """Show in whose name the city writes and what its network people have to set; prepare another address."""
    form = SenderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = senders.set_up(address=form.cleaned_data["address"], actor=actor_of(request), now=clock.now())
        tasks.check_sender.delay_on_commit(sender_id=str(made.pk))
        messages.success(request, _("アドレスを用意しました。下の表の内容を、DNSに設定してください。"))
        return redirect("mail_sender")
    row = senders.newest()
    context = {
        "form": form,
        "row": row,
        "records": senders.records(row) if row else (),
        "usual": mail.usual_sender(current_city()),
        "now_used": senders.current_address(),
    }
    return render(request, "notifications/sender.html", context, status=422 if form.errors else 200)


@requires(CHANGE_SENDER)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask a worker to look into the DNS: an answer may take longer than a page."""
    row = senders.newest()
    if row is not None:
        tasks.check_sender.delay_on_commit(sender_id=str(row.pk))
        messages.success(request, _("DNSを調べています。少し待ってから、画面を読み込み直してください。"))
    return redirect("mail_sender")


@requires(CHANGE_SENDER)
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Write in the city's own name from now on."""
    try:
        senders.take_into_use(actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("このアドレスからの送信を始めました。"))
    return redirect("mail_sender")


@requires(CHANGE_SENDER)
@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    """Write in the usual name again."""
    try:
        senders.give_up(actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("もとのアドレスからの送信に戻しました。"))
    return redirect("mail_sender")
