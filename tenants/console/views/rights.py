"""What the person before the screen may do, for the buttons of a page."""

from django.http import HttpRequest

from madoguchi.accounts.models import Staff
from tenants.console.declarations import PERMISSIONS


def rights(request: HttpRequest) -> dict[str, bool]:
    """Name every right of the console and whether this operator holds it."""
    staff = request.user
    assert isinstance(staff, Staff)
    return {each.name.rpartition(".")[2]: staff.has_permission(each.name) for each in PERMISSIONS}
