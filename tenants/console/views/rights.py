"""What the person before the screen may do, for the buttons of a page."""

from django.http import HttpRequest

from madoguchi.accounts.models import Staff
from tenants.console.declarations import PERMISSIONS
from tenants.offboarding import declarations as offboarding
from tenants.outages import declarations as outages


def rights(request: HttpRequest) -> dict[str, bool]:
    """Name every right of the console and whether this operator holds it."""
    staff = request.user
    assert isinstance(staff, Staff)
    shown = (*PERMISSIONS, *outages.PERMISSIONS, *offboarding.PERMISSIONS)
    return {each.name.rpartition(".")[2]: staff.has_permission(each.name) for each in shown}
