"""What residents agreed to, and when: public API of this room, together with services and queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.legal import LegalDocument, LegalDocuments
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents.models import Consent

PURPOSE = "residents.consent"
AGREED = "residents.agreed"
NAMES = {"terms": _("利用規約"), "privacy": _("個人情報の取り扱い")}


class DocumentsMissing(DomainError):
    """The city has not published what residents must be able to read before they begin."""

    code = "documents_missing"
    status = 503
    message = _("準備中のため、インターネットでの受付を始められません。お急ぎの方は、お電話ください。")


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """One version of a document that somebody agreed to."""

    document: str
    version: int
    language: str
    agreed_at: datetime

    @property
    def name(self) -> str:
        """Name the document for staff."""
        return str(NAMES.get(self.document, self.document))


def documents(*, language: str, today: date) -> LegalDocuments:
    """Ask which documents are in force; none where nobody keeps any."""
    try:
        found: LegalDocuments = plugins.ask("legal_documents", language=language, today=today)
    except NobodyAnswers:
        return LegalDocuments()
    return found


def documents_to_begin(*, language: str, today: date) -> Sequence[LegalDocument]:
    """List what a resident agrees to before beginning.

    Raises DocumentsMissing while the city has not published all of it.
    """
    found = documents(language=language, today=today)
    if found.missing:
        raise DocumentsMissing(missing=found.missing)
    return found.in_force


def outdated(*, person: UUID, among: Sequence[LegalDocument]) -> Sequence[LegalDocument]:
    """List the documents of which somebody has not agreed to a version that is still good enough."""
    agreed: dict[str, int] = {}
    for document, version in Consent.objects.filter(person=_index(person)).values_list("document", "version"):
        agreed[document] = max(version, agreed.get(document, 0))
    return [one for one in among if agreed.get(one.name, 0) < one.agreed_from]


def agree(*, person: UUID, versions: Mapping[str, int], language: str, actor: Actor, now: datetime) -> None:
    """Write down that somebody agreed to these versions; a second time changes nothing."""
    index = _index(person)
    known = set(Consent.objects.filter(person=index).values_list("document", "version"))
    new = {name: version for name, version in versions.items() if (name, version) not in known}
    if not new:
        return
    Consent.objects.bulk_create(
        [
            Consent(person=index, document=name, version=version, language=language, agreed_at=now)
            for name, version in new.items()
        ],
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor,
        action=AGREED,
        object_type=PURPOSE,
        object_ids=[str(person)],
        details={**new, "language": language},
        now=now,
    )


def agreements_of(people: Iterable[UUID]) -> Sequence[Agreement]:
    """List what these people agreed to, the newest first."""
    rows = Consent.objects.filter(person__in=[_index(person) for person in people])
    return [
        Agreement(document=row.document, version=row.version, language=row.language, agreed_at=row.agreed_at)
        for row in rows.order_by("-agreed_at", "document", "-version")
    ]


def forget(*, people: Iterable[UUID]) -> int:
    """Erase what these people agreed to, and count it."""
    rows = Consent.objects.filter(person__in=[_index(person) for person in people])
    erased, _by_model = rows.delete()
    return erased


def _index(person: UUID) -> bytes:
    return vault.blind_index(value=str(person), purpose=PURPOSE)
