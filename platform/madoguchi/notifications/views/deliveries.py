from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.notifications import queries, reasons, resending, senders, suppressions, tables, trouble
from madoguchi.notifications.carriers import CARRIERS
from madoguchi.notifications.declarations import LIFT, RESEND, VIEW_DELIVERIES
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.web.access import requires


@requires(VIEW_DELIVERIES)
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List what was sent and what did not arrive, without personal data in clear."""
    context = {"failures": queries.failures(), "suppressed": queries.suppressed()}
    return lists.show(
        request,
        table=tables.DELIVERIES,
        rows=tables.sent(),
        template="notifications/deliveries.html",
        context=context,
    )


@requires(VIEW_DELIVERIES)
@require_safe
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show what became of one message, why, and what to do."""
    found = resending.find(delivery_id=delivery_id)
    context = {
        "delivery": found,
        "label": tables.label_of(found.kind),
        "mark": tables.mark_of(found),
        "language": queries.language_label(found.language),
        "reason": reasons.in_words(found.error),
        # What begins with a code is a server's; the rest is ours.
        "answer": found.error if found.error[:1].isdigit() else "",
        "advice": _advice(found),
        "may_resend": _may(request, RESEND) and resending.can_resend(found),
        "may_handle": _may(request, RESEND) and found.state in resending.UNDELIVERED,
        "is_forgotten": found.state == DeliveryState.BOUNCED and not resending.can_resend(found),
        "suppressions": suppressions.standing_of(contact_id=found.contact_id),
        "may_lift": _may(request, LIFT),
        "others": queries.of_same_object(found),
    }
    return render(request, "notifications/delivery.html", context)


@requires(RESEND)
@require_POST
def resend(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Queue one message once more."""
    try:
        resending.resend(delivery_id=delivery_id, actor=actor_of(request), now=clock.now())
    except resending.NothingToResend as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("もう一度送信します。結果はこの画面で確かめられます。"))
    return redirect("delivery", delivery_id=delivery_id)


@requires(RESEND)
@require_POST
def deal_with(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Mark one message as dealt with, or take the mark away."""
    try:
        resending.mark_handled(
            delivery_id=delivery_id,
            is_handled=request.POST.get("do") != "undo",
            actor=actor_of(request),
            now=clock.now(),
        )
    except resending.NothingToHandle as refusal:
        messages.error(request, str(refusal))
    return redirect("delivery", delivery_id=delivery_id)


@requires(VIEW_DELIVERIES)
@require_safe
def suppressed(request: HttpRequest) -> HttpResponse:
    """List the addresses to which nothing is sent, and why."""
    return lists.show(
        request,
        table=tables.SUPPRESSIONS,
        rows=suppressions.standing(),
        template="notifications/suppressions.html",
    )


@requires(VIEW_DELIVERIES)
@require_safe
def suppression(request: HttpRequest, suppression_id: UUID) -> HttpResponse:
    """Show why nothing is sent to an address, and what its owner can do."""
    found = suppressions.find(suppression_id=suppression_id)
    context = {
        "suppression": found,
        "reason": reasons.in_words(found.error),
        "may_lift": _may(request, LIFT) and found.lifted_at is None,
        "sender": senders.current_address(),
        "carriers": trouble.advice_for(email=found.masked_address) or CARRIERS,
        "messages_of": queries.to_same_address(found),
    }
    return render(request, "notifications/suppression.html", context)


@requires(LIFT)
@require_POST
def lift(request: HttpRequest, suppression_id: UUID) -> HttpResponse:
    """Let mails go to an address again."""
    try:
        suppressions.lift(suppression_id=suppression_id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("送信の停止を解除しました。次の通知から送ります。"))
    return redirect("suppression", suppression_id=suppression_id)


def _advice(found: Delivery) -> object:
    is_open = found.state in resending.UNDELIVERED and found.handled_at is None
    return reasons.advice_on(found.error) if is_open else ""


def _may(request: HttpRequest, permission: str) -> bool:
    return bool(request.user.has_permission(permission))  # type: ignore[union-attr]
