"""The end of an account: the person goes, the name stays in what they did."""

from datetime import datetime
from uuid import UUID

from madoguchi.accounts import administrators
from madoguchi.accounts.acting import record
from madoguchi.accounts.errors import OwnAccount, StaffNotFound
from madoguchi.accounts.models import SavedView, Staff
from madoguchi.ledger.audit.actors import Actor


def delete(*, staff_id: UUID, actor: Actor, now: datetime) -> str:
    """Delete an account and return the person's name; views shared with others pass to whoever deletes.

    Raises StaffNotFound, OwnAccount and LastAdministrator.
    """
    with administrators.kept(now=now):
        staff = Staff.objects.select_for_update().filter(id=staff_id).first()
        if staff is None:
            raise StaffNotFound
        if actor.id == str(staff_id):
            raise OwnAccount
        heir = Staff.objects.filter(id=actor.id).first() if actor.kind != "system" else None
        if heir is not None:
            SavedView.objects.filter(owner=staff, is_shared=True).update(owner=heir)
        details = {"staff_code": staff.staff_code, "name": staff.name, "section": staff.section}
        record(actor=actor, action="accounts.staff_deleted", staff=staff_id, details=details, now=now)
        staff.delete()
    return staff.name
