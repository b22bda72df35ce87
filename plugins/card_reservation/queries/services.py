"""Which services a city takes bookings for."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from plugins.card_reservation.models import PICKUP_ID, PlaceRules, Service
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.values import Audience

KEPT_TIMES = 5
TITLES = {
    "ja": "マイナンバーカードの受け取り",
    "ja-easy": "マイナンバーカードを もらう",
    "en": "My Number Card pick-up",
}


class ServiceNotFound(NotFound):
    """No service of this city has this key."""

    code = "service_not_found"


class ServiceNotOffered(NotFound):
    """One answer for a code of nobody, a service of another city or audience, and one that rests."""

    code = "service_not_offered"
    message = _("この手続きは、いま予約を受け付けていません。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """A service as pages show it."""

    id: UUID
    code: str
    name: str
    name_en: str
    name_easy: str
    summary: str
    summary_en: str
    summary_easy: str
    duration_minutes: int
    identity: str
    for_residents: bool
    for_staff: bool
    is_offered: bool

    def label(self, language: str) -> str:
        """Name the service in a language, in Japanese where the city gave no other name."""
        translated = {"ja": self.name, "ja-easy": self.name_easy, "en": self.name_en}
        return translated.get(language, self.name_en) or self.name

    def summary_in(self, language: str) -> str:
        """Say in a sentence what it is, in Japanese where the city gave no other words."""
        translated = {"ja": self.summary, "ja-easy": self.summary_easy, "en": self.summary_en}
        return translated.get(language, self.summary_en) or self.summary

    @property
    def asks_for_notice(self) -> bool:
        """Tell whether whoever comes is known by the number of a notice."""
        return self.identity == Service.Identity.NOTICE


def all_services() -> tuple[ServiceView, ...]:
    """List every service of the city in its own order; a few seconds old."""
    return remember(("services",), _read, times=KEPT_TIMES)


def services_for(*, audience: Audience) -> tuple[ServiceView, ...]:
    """List the services that an audience may book somewhere today."""
    somewhere = remember(("services", "offered"), _offered_somewhere, times=KEPT_TIMES)
    return tuple(
        service
        for service in all_services()
        if service.is_offered
        and service.id in somewhere
        and (service.for_residents if audience == "resident" else service.for_staff)
    )


def service(service_id: UUID) -> ServiceView:
    """Find a service by its key.

    Raises ServiceNotFound.
    """
    for found in all_services():
        if found.id == service_id:
            return found
    raise ServiceNotFound(service_id=service_id)


def service_with_code(code: str) -> ServiceView | None:
    """Find a service by its code."""
    return next((found for found in all_services() if found.code == code), None)


def offered_service(*, code: str, audience: Audience) -> ServiceView:
    """Find a service that an audience may book somewhere today; without a code the pick-up.

    Whoever names none has never asked which there are: for them nothing changes, whatever is switched off.
    Raises ServiceNotOffered.
    """
    if not code:
        return service(PICKUP_ID)
    for found in services_for(audience=audience):
        if found.code == code:
            return found
    raise ServiceNotOffered(service=code)


def code_of(service_id: UUID) -> str:
    """Give the code of a service; empty for one that is gone."""
    return next((found.code for found in all_services() if found.id == service_id), "")


def is_for_cards(service_id: UUID) -> bool:
    """Tell whether people come to a service for their cards: the pick-up, or one that asks for the notice."""
    return service_id == PICKUP_ID or any(
        found.asks_for_notice for found in all_services() if found.id == service_id
    )


def title_of(service_id: UUID, language: str) -> str:
    """Name a service in a mail or a calendar; the pick-up in our words where the city gave none."""
    found = next((each for each in all_services() if each.id == service_id), None)
    own = {} if found is None else {"ja": found.name, "ja-easy": found.name_easy, "en": found.name_en}
    ours = TITLES.get(language, TITLES["en"]) if service_id == PICKUP_ID else ""
    return own.get(language) or ours or ("" if found is None else found.name)


def usual_service(*, audience: Audience) -> UUID:
    """Name the service that is meant where nobody chose: the pick-up, or the first one offered."""
    offered = [found.id for found in services_for(audience=audience)]
    return PICKUP_ID if PICKUP_ID in offered or not offered else offered[0]


def _offered_somewhere() -> frozenset[UUID]:
    return frozenset(PlaceRules.objects.filter(is_offered=True).values_list("service_id", flat=True))


def _read() -> tuple[ServiceView, ...]:
    return tuple(
        ServiceView(
            id=found.id,
            code=found.code,
            name=found.name,
            name_en=found.name_en,
            name_easy=found.name_easy,
            summary=found.summary,
            summary_en=found.summary_en,
            summary_easy=found.summary_easy,
            duration_minutes=found.duration_minutes,
            identity=found.identity,
            for_residents=found.for_residents,
            for_staff=found.for_staff,
            is_offered=found.is_offered,
        )
        for found in Service.objects.all()
    )
