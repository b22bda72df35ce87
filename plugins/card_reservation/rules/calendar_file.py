"""A visit as a calendar file (RFC 5545, RFC 5546) that phones put into their calendar and keep current."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

LONGEST_LINE = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the calendar entry says."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    changed_at: datetime
    written_at: datetime
    organizer: str
    organizer_address: str
    title: str
    place: str
    description: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """Name what a calendar does with the file: keep the entry as it is now, or strike it out."""
        return "CANCEL" if self.is_cancelled else "PUBLISH"

    @property
    def sequence(self) -> int:
        """Count up with every change: an entry of before gives way to the one with the higher number."""
        return max(0, ceil((self.changed_at - self.made_at) / timedelta(seconds=1)))


def calendar_file(visit: Visit) -> str:
    """Write the calendar file of a visit."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//Booking//JA",
        f"METHOD:{visit.method}",
        "BEGIN:VEVENT",
        f"UID:{visit.uid}",
        f"SEQUENCE:{visit.sequence}",
        f"DTSTAMP:{_moment(visit.written_at)}",
        f"LAST-MODIFIED:{_moment(visit.changed_at)}",
        f'ORGANIZER;CN="{_quoted(visit.organizer)}":mailto:{visit.organizer_address}',
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


def _quoted(name: str) -> str:
    # A parameter between quotes holds neither a quote nor a control sign.
    return "".join(sign for sign in name if sign.isprintable() and sign != '"')


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
