from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """What goes with a message: files, and what it is about, among whose messages it is then listed."""

    attachments: "tuple[Attachment, ...]" = ()
    about: UUID | None = None


@dataclass(frozen=True)
class Attachment:
    """A text file that travels with a message, such as a calendar entry."""

    name: str
    content_type: str
    """With one parameter at most, as in `text/calendar; method=CANCEL`."""
    text: str
