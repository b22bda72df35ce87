"""A layout with invented words, for whoever works at it."""

from datetime import datetime
from typing import Final

from plugins.card_management.declarations.forms import SORTS
from plugins.card_management.rules.forms_filling import fill_form
from plugins.card_management.rules.forms_numbers import letter_number
from plugins.card_management.services.forms_facts import facts_of_city
from plugins.card_management.services.forms_setting import Press
from plugins.card_management.services.forms_templates import Template, layout_of

SAMPLE: Final = {
    "holder.name": "見本　花子",
    "holder.kana": "ミホン　ハナコ",
    "holder.born": "昭和63年2月29日",
    "holder.sex": "female",
    "holder.postcode": "123-4567",
    "holder.digits": "1234567",
    "holder.address": "見本県見本市中央町一丁目2番3号　見本マンション405号室",
    "holder.phone": "00-0000-0000",
    "card.reference": "SAM000001",
    "card.application_id": "00000000000000000000000",
    "card.reason": "renewal",
    "change.on": "令和8年11月1日",
}


def _press(template: Template, now: datetime) -> Press:
    layout = layout_of(template)
    city = facts_of_city(site=None, now=now)
    city |= {
        "letter.number": letter_number(1),
        "card.deadline": city["city.today"],
        "city.place": "見本市役所 市民課",
    }
    facts = {"ledger": SAMPLE, "register": SAMPLE, "chip": SAMPLE, "city": city, "form": dict(layout.facts)}
    press = Press(title=str(SORTS[template.key].title), layout=layout)
    texts = fill_form(layout=layout, facts=facts, given={}, chosen={}).texts()
    count = layout.grid.count if layout.grid else 1
    for _turn in range(count):
        press.add({**texts, "code": "FORM:sample"})
    return press


def pdf(*, template: Template, now: datetime) -> bytes:
    """Set a layout with invented words."""
    return _press(template, now).pdf(now=now)


def picture(*, template: Template, framed: str, now: datetime) -> bytes:
    """Draw a layout with invented words, and a frame around one field."""
    return _press(template, now).picture(framed=framed, now=now)
