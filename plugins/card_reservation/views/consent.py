"""What a resident agrees to: on the first page of a booking, and again after a new version."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language

from madoguchi import clock
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import consents
from plugins.card_reservation.forms.resident import ConsentForm
from plugins.card_reservation.queries.fresh import remember


def documents() -> Sequence[LegalDocument]:
    """List what residents read before they begin.

    Raises DocumentsMissing while the city has not published it.
    """
    language, today = get_language() or "ja", clock.today()
    return remember(("legal", language), lambda: consents.documents_to_begin(language=language, today=today))


def to_agree(person: UUID) -> Sequence[LegalDocument]:
    """List what somebody has to agree to before going on; a visit that began is not stopped."""
    found = consents.documents(language=get_language() or "ja", today=clock.today())
    return consents.outdated(person=person, among=found.in_force)


def has_agreed(person: UUID) -> bool:
    """Tell whether somebody ever agreed to anything: whoever books by telephone did not."""
    return bool(consents.agreements_of([person]))


def left_to_agree(person: UUID, *, agreed: str) -> Sequence[LegalDocument]:
    """List what somebody has yet to agree to, after what was ticked on the first page."""
    known = agreed.split()
    return [each for each in to_agree(person) if version_of(each) not in known]


def form_of(request: HttpRequest, wanted: Sequence[LegalDocument]) -> ConsentForm:
    """Ask for one tick, where there is something to agree to."""
    return ConsentForm(request.POST if request.method == "POST" else None, versions=versions_of(wanted))


def versions_of(wanted: Sequence[LegalDocument]) -> str:
    """Name the versions that a page shows, so that nobody agrees to a newer one by accident."""
    return " ".join(map(version_of, wanted))


def version_of(document: LegalDocument) -> str:
    """Name one version of one document."""
    return f"{document.name}-{document.version}"


def write_down(person: UUID, wanted: Sequence[LegalDocument], *, by: UUID, now: datetime) -> None:
    """Keep what somebody ticked."""
    consents.agree(
        person=person,
        versions={document.name: document.version for document in wanted},
        language=get_language() or "ja",
        actor=Actor(kind="resident", id=str(by), name=""),
        now=now,
    )
