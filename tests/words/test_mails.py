"""Mails to residents: in one language, with short subjects, dates of that language and readings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger import vault
from madoguchi.notifications import rendering
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.residents.services import contact_for
from madoguchi.words import ruby
from plugins.card_reservation.declarations.messages import BOOKED
from plugins.card_reservation.services import booking
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.test_letters import hear
from tests.words.plainness import measure
from tests.words.reading import JAPANESE, SENTENCE_ENDS

LONGEST_SUBJECT = 30
LONGEST_SENTENCE = 60


def kinds() -> list[MessageKind]:
    """List the messages that residents get: those written in more than Japanese."""
    return [kind for kind in plugins.declared("message_kinds") if "ja-easy" in kind.body]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_subjects_are_short_and_every_language_is_complete(kind: MessageKind) -> None:
    assert set(kind.subject) == set(kind.body) == {"ja", "en", "ja-easy"}
    assert [text for text in kind.subject.values() if len(ruby.without(text)) > LONGEST_SUBJECT] == []
    assert not JAPANESE.search(kind.subject["en"] + kind.body["en"])


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_plain_japanese_is_plain_and_every_kanji_has_its_reading(kind: MessageKind) -> None:
    text = kind.subject["ja-easy"] + "\n" + kind.body["ja-easy"]
    assert ruby.unread(text) == []
    assert ruby.strays(text) == []
    measured = measure(SENTENCE_ENDS.split(ruby.without(text)))
    assert len(measured.longest) <= LONGEST_SENTENCE
    assert measured.office_words == ()


@pytest.mark.parametrize(
    ("language", "when", "people"),
    [
        ("ja", "日（", "2人"),
        ("en", "day ", "2 people"),
        ("ja-easy", "曜日《", "｜2人《ふたり》"),
    ],
)
@pytest.mark.django_db
def test_a_confirmation_is_dated_in_its_language(
    language: str, when: str, people: str, free_slots: Callable[[int], list[Any]], now: datetime
) -> None:
    slot = free_slots(1)[0]
    contact = contact_for(email="hanako@example.jp", language=language, now=now)
    booking.book(request=request_for(slot.id, uuid4(), uuid4(), contact_id=contact), actor=RESIDENT, now=now)
    hear(PickupBooked, now)
    waiting = Delivery.objects.get(kind=BOOKED.name)
    values = vault.open_sealed(sealed=bytes(waiting.sealed), place=SEALED_AT, row=waiting.id)["values"]
    assert isinstance(values, dict)
    assert when in values["when"]
    assert " 09:" not in values["when"]
    assert values["party"] == people
    wording = rendering.wording(kind=BOOKED, language=language)
    written = rendering.render(
        wording=wording, values={name: str(value) for name, value in values.items()}, language=language
    )
    assert not ruby.strays(written.subject + written.text)
