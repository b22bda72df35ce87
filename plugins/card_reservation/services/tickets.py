"""The ticket with the number that is called: for whoever gets one at the desk."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.documents.typesetting import typeset
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.tenancy import current_city
from madoguchi.web.dates import japanese_time, people, short_era_date
from madoguchi.words import ruby
from plugins.card_reservation.models import Turn
from plugins.card_reservation.services.queue import TurnNotFound


def turn_of(*, turn_id: UUID, eyes: Eyes) -> Turn:
    """Find a number of the queue at one of a reader's places.

    Raises TurnNotFound.
    """
    turn = Turn.objects.filter(pk=turn_id).first()
    if turn is None or not eyes.has_place(turn.place_id):
        raise TurnNotFound(turn_id=turn_id)
    return turn


def ticket(*, turn_id: UUID, now: datetime, eyes: Eyes) -> bytes:
    """Set the ticket of a number: the number, the place and when it was given; no name stands on it.

    Raises TurnNotFound.
    """
    turn = turn_of(turn_id=turn_id, eyes=eyes)
    place, language = places.place(turn.place_id), get_language() or "ja"
    given = clock.local(turn.arrived_at)
    facts = [
        [_("場所"), place.label(language)],
        [_("受付した時刻"), f"{short_era_date(given.date())} {japanese_time(given)}"],
        [_("人数"), people(turn.party_size, language=language)],
    ]
    values = {
        "title": ruby.without(_("受付番号票")),
        "city": current_city().name,
        "number": str(turn.number),
        "facts": [[ruby.without(part) for part in fact] for fact in facts],
        "note": ruby.without(_("番号が呼ばれるまで、画面の近くでお待ちください。")),
    }
    return typeset(template="card_reservation/ticket", values=values, now=now)
