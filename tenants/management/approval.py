"""The two operators whom a command needs where a city keeps less than everything of those who book."""

from typing import Any

from django.core.management.base import CommandParser

from madoguchi.accounts.codes import normalise_staff_code
from tenants.provisioning.booking_data import Approval, approval_of


def add_approval(parser: CommandParser) -> None:
    """Take two staff codes and a reason."""
    parser.add_argument("--requested-by", default="", metavar="CODE", help="operator who asks for it")
    parser.add_argument("--approved-by", default="", metavar="CODE", help="another operator, who agrees")
    parser.add_argument("--reason", default="", help="why, as the city reads it")


def read_approval(options: dict[str, Any]) -> Approval | None:
    """Find both operators; nothing where nobody is named.

    Raises NoSuchOperator and SamePerson.
    """
    return approval_of(
        requested_by=normalise_staff_code(options["requested_by"]),
        approved_by=normalise_staff_code(options["approved_by"]),
        reason=options["reason"],
    )
