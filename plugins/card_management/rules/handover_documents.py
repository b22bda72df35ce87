"""Which papers prove who somebody is, and how many of them a hand-over asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Receiver(StrEnum):
    """Who takes the card."""

    HOLDER = "holder"
    LEGAL = "legal"
    APPOINTED = "appointed"


class Paper(StrEnum):
    """A paper that proves who somebody is: of kind A with a face and from an office, or of kind B."""

    LICENCE = "licence"
    PASSPORT = "passport"
    MY_NUMBER_CARD = "my_number_card"
    RESIDENCE_CARD = "residence_card"
    HISTORY = "history"
    DISABILITY = "disability"
    INSURANCE = "insurance"
    PENSION = "pension"
    CHILD = "child"
    STUDENT = "student"
    OTHER = "other"


class Proof(StrEnum):
    """A paper beside them: the notice, or what lets somebody act for the holder."""

    NOTICE = "notice"
    POWER = "power"
    HARDSHIP = "hardship"
    FAMILY = "family"


KIND_A: Final = frozenset(
    (
        Paper.LICENCE,
        Paper.PASSPORT,
        Paper.MY_NUMBER_CARD,
        Paper.RESIDENCE_CARD,
        Paper.HISTORY,
        Paper.DISABILITY,
    )
)
# What somebody must show who acts for the holder, beside the papers of both.
_PROOFS: Final = {
    Receiver.HOLDER: (),
    Receiver.LEGAL: (Proof.FAMILY, Proof.HARDSHIP),
    Receiver.APPOINTED: (Proof.POWER, Proof.HARDSHIP),
}


class Missing(StrEnum):
    """What is not there yet."""

    HOLDER_PAPERS = "holder_papers"
    PROXY_PAPERS = "proxy_papers"
    NOTICE = "notice"
    POWER = "power"
    HARDSHIP = "hardship"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was laid on the counter."""

    receiver: Receiver
    holder: frozenset[Paper] = frozenset()
    proxy: frozenset[Paper] = frozenset()
    proofs: frozenset[Proof] = frozenset()


def missing(shown: Shown, /) -> tuple[Missing, ...]:
    """List what is not enough: A1 or B2 with the notice; A2, A1 with B1, or B3 without it or for a proxy."""
    is_proxy = shown.receiver is not Receiver.HOLDER
    found = []
    if not _enough(
        shown.holder, is_strict=is_proxy or Proof.NOTICE not in shown.proofs, may_be_three=is_proxy
    ):
        found.append(Missing.HOLDER_PAPERS)
    if is_proxy and not _enough(shown.proxy, is_strict=True, may_be_three=False):
        found.append(Missing.PROXY_PAPERS)
    if is_proxy and Proof.NOTICE not in shown.proofs:
        found.append(Missing.NOTICE)
    found.extend(Missing(proof.value) for proof in _PROOFS[shown.receiver] if proof not in shown.proofs)
    return tuple(found)


def _enough(papers: Collection[Paper], *, is_strict: bool, may_be_three: bool) -> bool:
    with_face = len(KIND_A.intersection(papers))
    if not is_strict:
        return with_face >= 1 or len(papers) >= 2
    return (with_face >= 1 and len(papers) >= 2) or (may_be_three and len(papers) >= 3)
