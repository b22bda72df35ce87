"""A form with two versions and a signature, and a printed letter, in each of the two cities."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5


def furnish_forms(world: Any, same: UUID, now: datetime) -> None:
    """Make the same form and letter in both cities, under keys that both share, and one of the city alone."""
    from madoguchi.ledger.audit.actors import Actor

    actor = Actor(kind="staff", id=str(same), name=world.mark)
    for keys, number in ((world.keys, uuid5(same, "form")), (world.own_keys, uuid4())):
        _form(keys, number, actor, now)
        _letter(keys, uuid5(number, "letters"), actor, now)
    # The name of a layout, which every city has.
    world.keys["form_key"] = "application"


def _form(keys: dict[str, str], number: UUID, actor: Any, now: datetime) -> None:
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from plugins.card_management.models.forms import FormRecord, FormVersion
    from plugins.card_management.rules.forms_filling import fill_form
    from plugins.card_management.services import forms_records, forms_signing, forms_templates
    from plugins.card_management.services.forms_facts import facts_for

    card = UUID(keys["card_id"])
    template = forms_templates.current(key="application", now=now)
    layout = forms_templates.layout_of(template)
    facts = facts_for(card_id=card, chip={"sex": "female"}, eyes=EVERYTHING, now=now)
    filled = fill_form(layout=layout, facts=facts, given={}, chosen={})
    made = forms_records.make(template=template, card_id=card, filled=filled, actor=actor, now=now)
    forms_records.correct(
        record_id=made.id, template=template, filled=filled, reason=actor.name, actor=actor, now=now
    )
    FormRecord.objects.filter(pk=made.id).update(id=number)
    # The versions of the first key follow it: both are the city's own rows.
    FormVersion.objects.filter(record_id=made.id).update(record_id=number)
    version = FormVersion.objects.select_related("template", "record").get(record_id=number, number=2)
    forms_signing.sign(version=version, content=_drawn(), actor=actor, now=now)
    keys["form_id"] = str(number)


def _letter(keys: dict[str, str], number: UUID, actor: Any, now: datetime) -> None:
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from plugins.card_management.models.forms import LetterLine, LetterPiece, LetterRun
    from plugins.card_management.services import forms_letters

    order = forms_letters.LetterOrder(key="notice", cards=(UUID(keys["card_id"]),))
    run = forms_letters.start(order=order, eyes=EVERYTHING, actor=actor, now=now)
    forms_letters.carry_out(run_id=run.id, actor=actor, now=now, tell=lambda done, total: None)
    LetterRun.objects.filter(pk=run.id).update(id=number)
    LetterLine.objects.filter(run_id=run.id).update(run_id=number)
    LetterPiece.objects.filter(run_id=run.id).update(run_id=number)
    keys["letters_id"] = str(number)


def _drawn() -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("L", (300, 100), 255)
    ImageDraw.Draw(image).line((10, 80, 280, 20), fill=0, width=6)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
