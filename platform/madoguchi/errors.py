"""One family of errors that residents' pages, staff pages and the API can all explain."""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DomainError(Exception):
    """A refusal with a name, a sentence for people and an HTTP status."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: "ClassVar[str | _StrPromise]" = ""

    def __init__(self, **details: object) -> None:
        super().__init__(str(self.message) or self.code)
        self.details = details

    def __str__(self) -> str:
        return str(self.message) or self.code


class NotFound(DomainError):
    """What was asked for is not here, or is not for this person to know."""

    code = "not_found"
    status = 404


class Refused(DomainError):
    """This person may not do this."""

    code = "forbidden"
    status = 403


class Invalid(DomainError):
    """What was entered cannot be right."""

    code = "invalid"
    status = 422
