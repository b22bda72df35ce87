"""A visit as a calendar file (RFC 5545) that phones put into their calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the calendar entry says."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    place: str
    description: str
    is_cancelled: bool = False


def calendar_file(visit: Visit) -> str:
    """Write the calendar file of a visit."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//Booking//JA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{visit.uid}",
        f"DTSTAMP:{_moment(visit.changed_at)}",
        f"DTSTART:{_moment(visit.starts_at)}",
        f"DTEND:{_moment(visit.ends_at)}",
        f"SUMMARY:{_text(visit.title)}",
        f"LOCATION:{_text(visit.place)}",
        f"DESCRIPTION:{_text(visit.description)}",
        f"STATUS:{'CANCELLED' if visit.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    # A line holds 75 octets at most, and no character may be cut in two.
    parts, current = [], b""
    for character in line:
        encoded = character.encode()
        if len(current) + len(encoded) > LONGEST_LINE:
            parts.append(current)
            current = b" "
        current += encoded
    return "\r\n".join(part.decode() for part in [*parts, current])
