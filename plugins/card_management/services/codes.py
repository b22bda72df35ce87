"""Which cards a scanned code means: a notice number, or what another room printed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from madoguchi.hooks.contracts.pickups import normalise_reference
from plugins.card_management.models import Card
from plugins.card_management.rules.notice_number import is_notice_number
from plugins.card_management.services.indexes import index_reference

# NW-7 frames what it carries in letters from A to D; a notice number ends with a digit.
_FRAMED: Final = re.compile(r"[A-D](.+)[A-D]")


class CodeReader(Protocol):
    """Names the cards behind a code that one room printed, none where it printed no such code."""

    def __call__(self, *, code: str) -> Iterable[UUID]: ...


@dataclass(slots=True)
class _Readers:
    found: tuple[CodeReader, ...] = ()


_READERS: Final = _Readers()


def install(readers: Iterable[CodeReader], /) -> None:
    """Set who reads codes besides the notice numbers."""
    _READERS.found = tuple(readers)


def plain_code(text: str) -> str:
    """Write a scanned code as it was printed: half-width, without gaps and the frame of its barcode."""
    code = normalise_reference(text)
    framed = _FRAMED.fullmatch(code)
    return framed[1] if framed else code


def cards_of_code(*, code: str) -> list[UUID]:
    """List the cards behind a scanned code; several where a number repeats."""
    plain = plain_code(code)
    if is_notice_number(plain):
        index = index_reference(reference=plain)
        return list(Card.objects.filter(reference_index=index).order_by("id").values_list("id", flat=True))
    return [card for reader in _READERS.found for card in reader(code=plain)]
