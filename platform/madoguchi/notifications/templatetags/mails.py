"""What other rooms show of mails on their pages: ``{% load mails %}``."""

from typing import Any
from uuid import UUID

from django import template
from django.template import Context

from madoguchi import clock
from madoguchi.notifications import queries, senders, suppressions, trouble
from madoguchi.notifications.declarations import VIEW_DELIVERIES

register = template.Library()


@register.inclusion_tag("notifications/trouble.html")
def mail_trouble(contact_id: UUID | None) -> dict[str, Any]:
    """Tell the owner of a page that mails to them come back; nothing where they arrive."""
    return {"trouble": trouble.of_contact(contact_id=contact_id)}


@register.inclusion_tag("notifications/trouble.html")
def mail_trouble_at(email: str) -> dict[str, Any]:
    """Tell whoever typed an address that the mail they asked for came back."""
    return {"trouble": trouble.of_address(email=email, now=clock.now())}


@register.inclusion_tag("notifications/phone_settings.html")
def phone_settings(email: str) -> dict[str, Any]:
    """Say how the telephone behind an address is told to let our mails in."""
    return {"sender": senders.current_address(), "carriers": trouble.advice_for(email=email)}


@register.inclusion_tag("notifications/about.html", takes_context=True)
def mails_about(context: Context, subject: UUID, contact_id: UUID | None) -> dict[str, Any]:
    """List the messages about something to staff who may see them."""
    user = context["request"].user
    if not user.has_permission(VIEW_DELIVERIES):
        return {"is_hidden": True}
    found = suppressions.standing_of(contact_id=contact_id) if contact_id else []
    return {"rows": queries.about(subject=subject), "suppressions": found}
