"""What is known of a person for a form or a letter: by the ledger, the register, the chip and the city."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.errors import Refused
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.ledger import vault
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from madoguchi.tenancy import current_city
from madoguchi.web.brands import current_brand
from madoguchi.web.dates import NotADate, long_era_date, read_date
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.formats.births import born_words
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import RESIDENT_SEALED, CardResident
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.reach import reached

PRINTED: Final = (NAME, KANA, BORN_ON, ADDRESS)
SEXES: Final = {
    **dict.fromkeys(("1", "m", "male", "男", "男性"), "male"),
    **dict.fromkeys(("2", "f", "female", "女", "女性"), "female"),
}
POSTCODE_DIGITS: Final = 7
Facts = dict[str, dict[str, str]]


class FormIsMasked(Refused):
    """A form shows what this reader's role keeps back."""

    code = "form_is_masked"
    message = gettext_lazy(
        "この書類には、あなたの役割では表示しない項目が印刷されます。権限を持つ人に頼んでください。"
    )


def refuse_masked(eyes: Eyes) -> None:
    """Let nobody print what they may not see.

    Raises FormIsMasked.
    """
    if any(eyes.is_masked(column) for column in PRINTED):
        raise FormIsMasked


def facts_for(*, card_id: UUID | None, chip: Mapping[str, str], eyes: Eyes, now: datetime) -> Facts:
    """Collect what each source tells of the holder of a card.

    Raises CardNotFound and FormIsMasked.
    """
    refuse_masked(eyes)
    found: Facts = {"chip": facts_of_chip(chip), "city": facts_of_city(site=None, now=now)}
    if card_id is None:
        return found
    card = Card.objects.filter(reached(eyes), id=card_id).first()
    if card is None:
        raise CardNotFound(card=str(card_id))
    fields = vault.open_sealed(sealed=card.sealed, place=SEALED, row=card.id)
    ledger = facts_of_ledger(fields) | {"card.reason": card.kind}
    here = facts_of_city(site=card.site, now=now)
    return found | {"ledger": ledger, "register": facts_of_register(card.id), "city": here}


def facts_of_register(card_id: UUID) -> dict[str, str]:
    """Name what the register tells of the holder; nothing where it is not connected or knows nobody."""
    link = CardResident.objects.select_related("resident").filter(card_id=card_id).first()
    if link is None:
        return {}
    resident = link.resident
    told = facts_of_ledger(vault.open_sealed(sealed=resident.sealed, place=RESIDENT_SEALED, row=resident.id))
    changed_on = resident.changed_on
    found = {key: text for key, text in told.items() if key.startswith("holder.")}
    return found | {"change.on": long_era_date(changed_on) if changed_on else ""}


def facts_of_ledger(fields: Mapping[str, Any]) -> dict[str, str]:
    """Name what the ledger holds of a person."""
    postcode = str(fields.get("postcode", ""))
    return {
        "holder.name": str(fields.get("name", "")),
        "holder.kana": str(fields.get("kana", "")),
        "holder.born": born_words(fields),
        "holder.sex": SEXES.get(str(fields.get("sex", "")).strip().lower(), ""),
        "holder.postcode": _postcode(postcode),
        "holder.digits": postcode if len(postcode) == POSTCODE_DIGITS else "",
        "holder.address": str(fields.get("address", "")),
        "card.reference": str(fields.get("reference", "")),
        "card.application_id": str(fields.get("application_id", "")),
    }


def facts_of_chip(chip: Mapping[str, str]) -> dict[str, str]:
    """Name what was read from a chip."""
    return {
        "holder.name": chip.get("name", ""),
        "holder.address": chip.get("address", ""),
        "holder.born": _born(chip.get("born_on", "")),
        "holder.sex": SEXES.get(chip.get("sex", "").strip().lower(), ""),
    }


def facts_of_city(*, site: UUID | None, now: datetime) -> dict[str, str]:
    """Name what the city says of itself, and today."""
    city, brand = current_city(), current_brand()
    chosen = preferences.current(CardSettings)
    place = next((each for each in places.all_places() if each.id == site), None)
    phone = (place.phone if place else "") or str(brand.get("phone", ""))
    return {
        "city.mayor": f"{city.name}長",
        "city.today": long_era_date(clock.local(now).date()),
        "city.sender": chosen.letters_sender or f"{city.name}\n{brand.get('contact', '')}".strip(),
        "city.place": place.name if place else _("予約のときに選びます"),
        "city.phone": phone,
        "city.link": chosen.letters_link or city.resident_url,
    }


def _born(written: str) -> str:
    try:
        return long_era_date(read_date(written))
    except NotADate:
        return ""


def _postcode(digits: str) -> str:
    is_whole = len(digits) == POSTCODE_DIGITS and digits.isdigit()
    return f"{digits[:3]}-{digits[3:]}" if is_whole else ""
