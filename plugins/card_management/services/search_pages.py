"""Find cards by a part of what names their holders, in a large city within a tenth of a second.

The cards whose keys begin alike share one sealed page of short lines. Opening 256 pages takes a few
hundredths of a second where opening 360,000 cards takes more than one, and nothing can be told from them.
Whoever writes what names a holder drops the pages; what has no page is opened card by card.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from madoguchi.ledger import vault
from plugins.card_management.models import PAGE_SEALED, SEALED, Card, SearchPage
from plugins.card_management.services.bulk import sealed_rows
from plugins.card_management.services.indexes import fold_kana

PAGES: Final = 256
# Fewer cards are opened one by one faster than pages are kept.
LEAST_CARDS: Final = 5_000
MOST: Final = 500
AT_ONCE: Final = 32
_PAGE_BITS: Final = 120
_LOCK: Final = "SELECT pg_advisory_xact_lock{}(hashtext(current_schema() || '.card_management.search_pages'))"
# What parts the lines and fields of a page, and what JSON would write otherwise, has no place in a value.
_PLAIN: Final = str.maketrans("", "", ';|"\\ 　')


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in one field: n number, k reading, a name, b birth date."""

    field: str
    part: str
    at_start: bool = False


class TooMany(Exception):
    """More cards fit than anybody reads; ``found`` are some of them."""

    def __init__(self, found: set[UUID]) -> None:
        super().__init__()
        self.found = found


def forget(*, cards: Iterable[UUID] | None = None) -> None:
    """Drop the pages of some cards, or all, in the transaction that changes what stands in them."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("_shared"))
    pages = SearchPage.objects.all()
    if cards is not None:
        pages = pages.filter(id__in={UUID(int=card.bytes[0]) for card in cards})
    pages.delete()


def build(*, now: datetime) -> int:
    """Make the pages that are missing, and count them; none in a city with few cards."""
    missing = _missing()
    if not missing or Card.objects.all()[LEAST_CARDS : LEAST_CARDS + 1].count() == 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(""))
    # Somebody else may have made them while this waited.
    missing = _missing()
    seal = vault.sealer(place=PAGE_SEALED).seal
    made = []
    for some in _in_parts(missing):
        lines: dict[int, list[str]] = {page: [] for page in some}
        for card, line in _written(_of_pages(some)):
            lines[card[0]].append(line)
        made += [
            SearchPage(id=UUID(int=page), sealed=seal({"text": "".join(parts)}, UUID(int=page)), made_at=now)
            for page, parts in lines.items()
        ]
    SearchPage.objects.bulk_create(made)
    return len(made)


def find(*, wanted: Sequence[Wanted]) -> set[UUID]:
    """Find the cards in which any of the parts stands: whoever asks records what is shown.

    Raises TooMany above five hundred.
    """
    found: set[UUID] = set()
    plain = [replace(each, part=_plain(each.part)) for each in wanted]
    sought = [each for each in plain if each.part]
    if not sought:
        return found
    for text in _texts():
        for each in sought:
            found.update(_hits(text, each))
            if len(found) > MOST:
                raise TooMany(found)
    return found


def _texts() -> Iterator[bytes]:
    """Open every page, and the cards that stand on none."""
    opener = vault.sealer(place=PAGE_SEALED)
    kept = list(SearchPage.objects.order_by("id").values_list("id", flat=True))
    for some in _in_parts(kept):
        for _page, text in opener.open_texts(sealed_rows(SearchPage.objects.filter(id__in=some))):
            yield text
    held = {page.int for page in kept}
    missing = [page for page in range(PAGES) if page not in held]
    if missing:
        rows = Card.objects.all() if len(missing) == PAGES else _of_pages(missing)
        for _card, line in _written(rows):
            yield line.encode()


def _hits(text: bytes, wanted: Wanted) -> Iterator[UUID]:
    tag, part = wanted.field.encode(), wanted.part.encode()
    needle = b"|" + tag + part if wanted.at_start else part
    at = text.find(needle)
    while at >= 0:
        line = text.rfind(b";", 0, at + 1)
        field = at if wanted.at_start else text.rfind(b"|", line, at)
        if line >= 0 and field >= 0 and text[field + 1 : field + 2] == tag:
            yield UUID(text[line + 1 : line + 33].decode())
            # One hit a card is enough.
            at = text.find(b";", at) - 1
            if at < 0:
                return
        at = text.find(needle, at + 1)


def _written(cards: "QuerySet[Card]") -> Iterator[tuple[bytes, str]]:
    opener, read = vault.sealer(place=SEALED), json.JSONDecoder().decode
    for key, text in opener.open_texts(sealed_rows(cards.order_by())):
        fields = read(text.decode())
        born = str(fields.get("born_on") or fields.get("born_text") or "")
        names = "".join(str(fields.get(name) or "") for name in ("name", "common_name", "name_alphabet"))
        yield (
            key,
            f";{key.hex()}|n{_plain(fields['reference'])}|k{_plain(fold_kana(str(fields['kana'])))}"
            f"|a{_plain(names)}|b{_plain(born)}|",
        )


def _plain(text: str) -> str:
    return text if text.isalnum() else text.translate(_PLAIN)


def _missing() -> list[int]:
    held = {page.int for page in SearchPage.objects.values_list("id", flat=True)}
    return [page for page in range(PAGES) if page not in held]


def _of_pages(pages: Sequence[int]) -> "QuerySet[Card]":
    # By ranges of the key, which its index knows: a single page is no reason to read all cards.
    wanted, first = Q(pk__in=[]), 0
    ordered = sorted(pages)
    for place, page in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != page + 1:
            last = UUID(int=((page + 1) << _PAGE_BITS) - 1)
            wanted |= Q(id__gte=UUID(int=ordered[first] << _PAGE_BITS), id__lte=last)
            first = place + 1
    return Card.objects.filter(wanted)


def _in_parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(values), AT_ONCE):
        yield list(values[first : first + AT_ONCE])
