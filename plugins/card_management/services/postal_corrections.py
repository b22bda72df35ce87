"""Postal codes that the city chose itself: they come before the list, for one address or a whole place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.tenancy import current_city
from plugins.card_management.models.register import PostalCorrection
from plugins.card_management.rules.postal_lookup import Candidate, Lookup
from plugins.card_management.rules.postal_words import fold
from plugins.card_management.services.indexes import index_for
from plugins.card_management.services.postal import look_up
from plugins.card_management.services.postal_dictionary import data_version, has_code

OBJECT: Final = "card_management.postal_correction"
UNDO: Final = "card_management.postcode_forgotten"
_SAID: Final = ("area", "code", "edition", "decided_by_id", "decided_by_name")
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
    said = {"code": code, "for": "area" if is_for_area else "address"}
    _record("postcode_chosen", [], actor, now, **said)


def forget(*, correction: str, actor: Actor, now: datetime) -> dict[str, JSON] | None:
    """Forget a code that the city chose; what stands on cards stays. Give what it said, None for none."""
    try:
        found = PostalCorrection.objects.filter(id=UUID(correction)).first()
    except ValueError:
        return None
    if found is None:
        return None
    said: dict[str, JSON] = {name: getattr(found, name) for name in _SAID}
    said |= {"key": bytes(found.key_index).hex(), "decided_at": found.decided_at.isoformat()}
    _record("postcode_forgotten", [str(found.id)], actor, now, code=found.code)
    found.delete()
    return said


def bring_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Remember a code again that was just forgotten.

    Raises MovedOn when another one was chosen meanwhile.
    """
    key = bytes.fromhex(values["key"])
    if PostalCorrection.objects.filter(key_index=key).exists():
        raise MovedOn
    kept = {name: values[name] for name in _SAID}
    kept["decided_at"] = datetime.fromisoformat(values["decided_at"])
    made = PostalCorrection.objects.create(key_index=key, **kept)
    area = {"for": "area" if made.area else "address"}
    _record("postcode_chosen", [], actor, now, code=made.code, **area)


def _record(action: str, ids: Sequence[str], actor: Actor, now: datetime, **details: str) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=list(ids),
        details=details,
        now=now,
    )
