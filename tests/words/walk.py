"""Every page that a resident can meet, asked for over HTTP in one language."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import Client
from wagtail.models import Page

from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, fields, token_in_mail

HOST = "midori.localhost"
PREFIXES = {"ja": "", "en": "/en", "ja-easy": "/ja-easy"}
ADDRESS = "hanako@example.jp"
# The screens of a booking without a detour; the mail is read between the second and the third.
STRAIGHT = ("identify", "sent", "first time of a day", "check", "done")


@dataclass
class Walk:
    """A resident with a browser, and what was on the screen on the way."""

    language: str
    people: People
    browser: Client = field(default_factory=lambda: Client(headers={"host": HOST}))
    screens: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """Begin the addresses of the language."""
        return PREFIXES[self.language]

    def get(self, name: str, path: str, *, status: int = 200) -> str:
        """Open a page and keep what it shows."""
        answer = self.browser.get(self.prefix + path)
        return self._keep(name, answer, status)

    def post(self, name: str, path: str, sent: dict[str, Any], *, status: int = 200) -> str:
        """Send a form, follow where it leads and keep what that page shows."""
        answer = self.browser.post(self.prefix + path, sent, follow=True)
        return self._keep(name, answer, status)

    def _keep(self, name: str, answer: Any, status: int) -> str:
        assert answer.status_code == status, (name, answer.status_code)
        self.screens[name] = answer.content.decode()
        return self.screens[name]


def walk_the_site(walk: Walk) -> None:
    """Open every page that editors published, the search, and the pages of trouble."""
    for page in Page.objects.live().filter(locale__language_code=walk.language, depth__gt=1):
        parts = page.get_url_parts()
        if parts and parts[2]:
            answer = walk.browser.get(parts[2])
            assert answer.status_code == 200, parts[2]
            walk.screens[f"site {parts[2]}"] = answer.content.decode()
    walk.get("search", "/search/?q=card")
    walk.get("not found", "/nothing-here/", status=404)
    strict = Client(enforce_csrf_checks=True, headers={"host": HOST})
    walk.screens["token missing"] = strict.post(f"{walk.prefix}/booking/", {}).content.decode()


def walk_to_a_booking(walk: Walk, *, place_id: UUID, slot: queries.SlotView) -> Booking:
    """Book as a resident does who makes every mistake once."""
    walk.people.add(*HANAKO)
    walk.get("identify", "/booking/")
    walk.post("identify wrong", "/booking/", {"reference": "NOBODY1", "month": "1", "day": "1"}, status=422)
    walk.post("identify empty", "/booking/", {"reference": "", "month": "13", "day": "31"}, status=422)
    walk.post("mail", "/booking/", {"reference": HANAKO[0], "month": "2", "day": "29"})
    walk.post("mail wrong", "/booking/mail/", {"email": "hanako@"}, status=422)
    walk.get("by phone", "/booking/phone/")
    walk.post("sent", "/booking/mail/", {"email": ADDRESS})
    token = token_in_mail("start")
    walk.get("start", f"/booking/start/{token}/")
    _look_at_the_first_choice(walk, place_id=place_id, slot=slot)
    walk.post("start wrong", f"/booking/start/{token}/", {"place": ""}, status=422)
    walk.post("time", f"/booking/start/{token}/", {"place": str(place_id), "agreed": "on"})
    walk.get("place", "/booking/place/")
    walk.post("place wrong", "/booking/place/", {"place": ""}, status=422)
    walk.get("family", "/booking/family/")
    walk.get("time of a day", f"/booking/time/?day={slot.starts_at:%Y-%m-%d}")
    walk.get("time as a list", f"/booking/time/?view=list&day={slot.starts_at:%Y-%m-%d}")
    walk.post("time wrong", "/booking/time/", {"slot": ""}, status=422)
    page = walk.post("check", "/booking/time/", {"slot": str(slot.id)})
    walk.post("check wrong", "/booking/check/", fields(page) | {"ticks": []}, status=422)
    Slot.objects.filter(pk=slot.id).update(is_open=False)
    walk.post("refused", "/booking/check/", fields(page), status=409)
    Slot.objects.filter(pk=slot.id).update(is_open=True)
    walk.post("done", "/booking/check/", fields(page))
    return Booking.objects.get()


def _look_at_the_first_choice(walk: Walk, *, place_id: UUID, slot: queries.SlotView) -> None:
    """Look at where and when one may come, as somebody does who ticked everything on the first page."""
    other = Walk(walk.language, walk.people, screens=walk.screens)
    versions = "terms-1 privacy-1"
    sent = {"reference": HANAKO[0], "month": "2", "day": "29", "consent": "1", "agreed": versions}
    other.post("identify without an address", "/booking/", {**sent, "email": ""}, status=422)
    other.post("sent", "/booking/", {**sent, "email": "ichiko@example.jp"})
    start = f"/booking/start/{token_in_mail('start')}/"
    other.get("places", start)
    other.get("first time of a day", f"{start}?place={place_id}&day={slot.starts_at:%Y-%m-%d}")
    wrong = {"choice": "1"}
    other.post("first time wrong", f"{start}?place={place_id}", wrong, status=422)


def walk_with_a_booking(walk: Walk, *, token: str, later: queries.SlotView) -> None:
    """Look at the booking, move it and cancel it by the link of the mail."""
    manage = f"/booking/manage/{token}/"
    walk.get("manage", manage)
    walk.get("move", f"{manage}move/?day={later.starts_at:%Y-%m-%d}")
    page = walk.post("move check", f"{manage}move/", {"slot": str(later.id)})
    walk.post("moved", f"{manage}move/", fields(page))
    walk.get("cancel", f"{manage}cancel/")
    walk.post("cancelled", f"{manage}cancel/", {})
    fresh = Walk(walk.language, walk.people)
    fresh.get("restart", "/booking/check/", status=410)
    walk.screens["restart"] = fresh.screens["restart"]
