"""Postal codes that the city chose itself: they come before the list, for one address or a whole place."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from plugins.card_management.models.register import PostalCorrection
from plugins.card_management.rules.postal_lookup import Candidate, Lookup
from plugins.card_management.rules.postal_words import fold
from plugins.card_management.services.indexes import index_for
from plugins.card_management.services.postal import look_up
from plugins.card_management.services.postal_dictionary import data_version, has_code

OBJECT: Final = "card_management.postal_correction"
_BUILDING: Final = re.compile(r"(?<=[\d号])[\s　]+")
_CODE: Final = re.compile(r"\d{7}")


class UnknownPostalCode(Invalid):
    """Japan Post's list has no such code."""

    code = "unknown_postal_code"
    message = _("この郵便番号は、日本郵便のデータにありません。7桁の数字を確かめてください。")


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds postal codes for many addresses of the current city: what it chose itself, then the list."""

    chosen: dict[bytes, str]
    prefecture: str
    city: str

    @classmethod
    def of_city(cls) -> Self:
        """Read what the city chose, once for many addresses."""
        here = current_city()
        rows = PostalCorrection.objects.values_list("key_index", "code")
        chosen = {bytes(key): code for key, code in rows}
        return cls(chosen=chosen, prefecture=here.prefecture, city=here.name)

    def find(self, address: str) -> Lookup:
        """Look an address up; the code is empty unless it is certain."""
        if self.chosen:
            index = index_for(purpose="postal.place")
            for key in (whole_key(address), area_of(address)):
                code = self.chosen.get(index(key)) if key else None
                if code:
                    return Lookup(code=code, candidates=(Candidate(code, ""),), reason="chosen")
        return look_up(address=address, prefecture=self.prefecture, city=self.city)


def whole_key(address: str) -> str:
    """Write an address up to its building, as it is compared."""
    return fold(_BUILDING.split(address.strip(), maxsplit=1)[0])


def area_of(address: str) -> str:
    """Give the place of an address: what stands before its first number."""
    found = re.match(r"\D+", whole_key(address))
    return f"area:{found.group()}" if found else ""


def correct(*, address: str, code: str, is_for_area: bool, actor: Actor, now: datetime) -> None:
    """Remember the code of an address, or of its whole place.

    Raises UnknownPostalCode.
    """
    if not _CODE.fullmatch(code) or not has_code(code):
        raise UnknownPostalCode(code=code)
    key = area_of(address) if is_for_area else whole_key(address)
    PostalCorrection.objects.update_or_create(
        key_index=index_for(purpose="postal.place")(key),
        defaults={
            # A place is no secret; an address with its number is somebody's.
            "area": key.removeprefix("area:") if is_for_area else "",
            "code": code,
            "edition": data_version(),
            "decided_at": now,
            "decided_by_id": actor.id,
            "decided_by_name": actor.name,
        },
    )
    audit.record(
        actor=actor,
        action="card_management.postcode_chosen",
        object_type=OBJECT,
        object_ids=[],
        details={"code": code, "for": "area" if is_for_area else "address"},
        now=now,
    )


def forget(*, correction: str, actor: Actor, now: datetime) -> bool:
    """Forget a code that the city chose; what stands on cards stays. False where there is none."""
    try:
        found = PostalCorrection.objects.filter(id=UUID(correction)).first()
    except ValueError:
        return False
    if found is None:
        return False
    audit.record(
        actor=actor,
        action="card_management.postcode_forgotten",
        object_type=OBJECT,
        object_ids=[str(found.id)],
        details={"code": found.code},
        now=now,
    )
    found.delete()
    return True
