"""Mails to members of staff about their own sign-in, as the accounts ask for them."""

from datetime import datetime
from uuid import UUID

from madoguchi.accounts.events import StaffNoticed
from madoguchi.accounts.method_declarations import CHANGES, METHODS_CHANGED, SIGN_IN_CODE
from madoguchi.accounts.methods import mail_codes
from madoguchi.accounts.models import Staff
from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import services
from madoguchi.residents import services as residents
from madoguchi.web.templatetags.madoguchi import wareki_moment

LANGUAGE = "ja"


def tell_staff(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Queue the mail to somebody who has an address; whoever left meanwhile gets none."""
    assert isinstance(event, StaffNoticed)
    staff = Staff.objects.filter(id=event.staff_id).exclude(email="").first()
    if staff is None:
        return
    if event.about == "code":
        code = mail_codes.read(staff=staff, now=now)
        if code is None:
            return
        kind, values = SIGN_IN_CODE, {"name": staff.name, "code": code}
    else:
        change = str(CHANGES[event.about])
        kind, values = METHODS_CHANGED, {"name": staff.name, "change": change, "at": wareki_moment(now)}
    contact = residents.staff_contact_for(email=staff.email, language=LANGUAGE, now=now)
    services.notify(kind=kind.name, contact=contact, values=values, key=f"{kind.name}:{key}", now=now)
