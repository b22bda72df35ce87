from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A text file that travels with a message, such as a calendar entry."""

    name: str
    content_type: str
    text: str
