"""What a resident has answered so far: a signed cookie of this city, never a session."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

from madoguchi.web import signing
from madoguchi.web.seen import mark_of
from plugins.card_reservation.queries import PICKUP_ID
from plugins.card_reservation.services.verification import VerifiedPickup

COOKIE = "booking"
PURPOSE = "booking-progress"
LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Progress:
    """The answers given between the first page and the booking number."""

    party: tuple[VerifiedPickup, ...] = ()
    email: str = ""
    link: str = ""
    visit: str = ""
    contact_id: UUID | None = None
    place_id: UUID | None = None
    slot_id: UUID | None = None
    ticks: tuple[str, ...] = ()
    cautions_version: str = ""
    key: UUID | None = None
    done: str = ""
    language: str = ""
    service_id: UUID | None = None
    """Empty where a city offers one service alone: the pick-up."""
    bring: tuple[str, ...] = ()
    agreed: str = ""
    """The versions of the documents that were ticked on the first page; written down once a link is used."""

    @property
    def service(self) -> UUID:
        """Name what they come for."""
        return self.service_id or PICKUP_ID

    @property
    def pickups(self) -> list[UUID]:
        """List whose cards are meant."""
        return [one.pickup for one in self.party]

    @property
    def party_mark(self) -> str:
        """Shorten whose cards are meant, so that a page can say for whom it was drawn."""
        return mark_of(" ".join(sorted(map(str, self.pickups))))

    @property
    def is_identified(self) -> bool:
        """Whether somebody's notice was found."""
        return bool(self.party)

    @property
    def is_open(self) -> bool:
        """Whether the link of the mail was used: only then may a slot be chosen."""
        return bool(self.party) and bool(self.link)

    def has_opened(self, token: str) -> bool:
        """Tell whether this browser already used this link."""
        return self.is_open and self.link == fingerprint(token)

    def with_place(self, place_id: UUID) -> "Progress":
        """Choose a place, which lets go of a time chosen elsewhere."""
        return self if self.place_id == place_id else replace(self, place_id=place_id, slot_id=None)

    def with_slot(self, slot_id: UUID) -> "Progress":
        """Choose a time; one key belongs to one choice, so that a repeated click books once."""
        key = self.key if self.key and self.slot_id == slot_id else uuid4()
        return replace(self, slot_id=slot_id, key=key)


def fingerprint(token: str) -> str:
    """Shorten a link's token so that the cookie never carries it."""
    return hashlib.sha256(token.encode()).hexdigest()[:24]


def cookie_name(request: HttpRequest) -> str:
    """Name the cookie; over https by a prefix that lets no neighbour below the domain plant one."""
    return f"__Host-{COOKIE}" if request.is_secure() else COOKIE


def read_progress(request: HttpRequest, *, now: datetime) -> Progress:
    """Read the cookie; a missing, foreign, altered or old one is an empty progress."""
    token = request.COOKIES.get(cookie_name(request), "")
    if not token:
        return Progress()
    try:
        value = signing.read(token, purpose=PURPOSE, max_age=LASTS, now=now)
    except signing.BadToken:
        return Progress()
    return _from_json(value) if isinstance(value, Mapping) else Progress()


def keep_progress(
    response: HttpResponse, progress: Progress, *, request: HttpRequest, now: datetime
) -> HttpResponse:
    """Put the answers into the browser for another half hour."""
    response.set_cookie(
        cookie_name(request),
        signing.sign(_to_json(progress), purpose=PURPOSE, now=now),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _to_json(progress: Progress) -> dict[str, object]:
    full: dict[str, object] = {
        "p": [[str(one.pickup), one.reference] for one in progress.party],
        "e": progress.email,
        "l": progress.link,
        "v": progress.visit,
        "c": _text(progress.contact_id),
        "o": _text(progress.place_id),
        "s": _text(progress.slot_id),
        "t": list(progress.ticks),
        "w": progress.cautions_version,
        "k": _text(progress.key),
        "d": progress.done,
        "n": progress.language,
        "r": _text(progress.service_id),
        "b": list(progress.bring),
        "a": progress.agreed,
    }
    return {name: value for name, value in full.items() if value}


def _from_json(value: Mapping[str, object]) -> Progress:
    party = value.get("p", [])
    ticks = value.get("t", [])
    bring = value.get("b", [])
    return Progress(
        party=tuple(
            VerifiedPickup(pickup=UUID(pickup), reference=reference)
            for pickup, reference in (party if isinstance(party, list) else [])
        ),
        email=str(value.get("e", "")),
        link=str(value.get("l", "")),
        visit=str(value.get("v", "")),
        contact_id=_uuid(value.get("c")),
        place_id=_uuid(value.get("o")),
        slot_id=_uuid(value.get("s")),
        ticks=tuple(str(tick) for tick in (ticks if isinstance(ticks, list) else [])),
        cautions_version=str(value.get("w", "")),
        key=_uuid(value.get("k")),
        done=str(value.get("d", "")),
        language=str(value.get("n", "")),
        service_id=_uuid(value.get("r")),
        bring=tuple(str(thing) for thing in (bring if isinstance(bring, list) else [])),
        agreed=str(value.get("a", "")),
    )


def _text(value: UUID | None) -> str:
    return str(value) if value else ""


def _uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None
