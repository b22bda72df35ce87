"""The documents that residents agree to before they hand over anything of themselves."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class LegalDocument:
    """The version of a document that is in force, in the reader's language."""

    name: str
    title: str
    url: str
    version: int
    effective_on: date
    agreed_from: int
    """Whoever agreed to this version or a later one need not agree again."""


@dataclass(frozen=True, kw_only=True)
class LegalDocuments:
    """What residents agree to, and which documents the city has to publish first."""

    in_force: tuple[LegalDocument, ...] = ()
    missing: tuple[str, ...] = ()
