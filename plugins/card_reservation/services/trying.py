"""A schedule is tried out before residents meet it: weighed against demand, then published or thrown away.

The same function puts a draft in force and puts it in force for a moment only, to be weighed (ADR 0030).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places.changing import Done, make, weigh
from plugins.card_reservation.models import ScheduleDraft
from plugins.card_reservation.queries import demand
from plugins.card_reservation.queries.trials import DraftNotFound
from plugins.card_reservation.services import drafted, forecasts

PUBLISHED = "card_reservation.draft_published"
Act = Callable[[], Done]


class DraftOver(DomainError):
    """What was published or thrown away is not changed any more."""

    code = "draft_over"
    message = _("この試算は公開されたか、破棄されています。新しい試算を作ってください。")


class NotWeighed(DomainError):
    """Nothing is published unseen."""

    code = "draft_not_weighed"
    message = _("試算の結果を見てから公開してください。")


def begin(*, where: demand.Place, name: str, wanted: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Begin a draft and return its key; nothing is in force."""
    draft = ScheduleDraft.objects.create(
        id=uuid4(),
        name=name,
        place_id=where.place_id,
        service_id=where.service_id,
        wanted=dict(wanted),
        made_by=actor.name,
        made_at=now,
        changed_at=now,
    )
    _record("card_reservation.draft_begun", draft, actor, now)
    return draft.id


def change(
    *, draft_id: UUID, name: str, wanted: Mapping[str, Any], eyes: Eyes, actor: Actor, now: datetime
) -> None:
    """Change what a draft wants and weigh it again.

    Raises DraftNotFound or DraftOver.
    """
    draft = _open(draft_id, eyes)
    draft.name, draft.wanted, draft.changed_at = name, dict(wanted), now
    draft.save(update_fields=["name", "wanted", "changed_at"])
    _record("card_reservation.draft_changed", draft, actor, now)
    _weigh(draft, now)


def weigh_again(*, draft_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> None:
    """Weigh a draft against the demand of this moment.

    Raises DraftNotFound or DraftOver.
    """
    draft = _open(draft_id, eyes)
    _record("card_reservation.draft_weighed", draft, actor, now)
    _weigh(draft, now)


def discard(*, draft_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> None:
    """Throw a draft away; nothing of it was ever in force.

    Raises DraftNotFound or DraftOver.
    """
    draft = _open(draft_id, eyes)
    draft.state, draft.changed_at = ScheduleDraft.State.DISCARDED, now
    draft.save(update_fields=["state", "changed_at"])
    _record("card_reservation.draft_discarded", draft, actor, now)


def pick_up(*, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a draft out of the bin again.

    Raises MovedOn.
    """
    draft = ScheduleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state != ScheduleDraft.State.DISCARDED:
        raise MovedOn
    draft.state, draft.changed_at = ScheduleDraft.State.OPEN, now
    draft.save(update_fields=["state", "changed_at"])
    _record("card_reservation.draft_picked_up", draft, actor, now)


def publishing(*, draft_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> Act:
    """Give the change that publishes a draft, to be weighed and made on the one road for hours.

    Raises DraftNotFound, DraftOver or NotWeighed.
    """
    draft = _open(draft_id, eyes)
    if draft.weighed_at is None or draft.weighed_at < draft.changed_at:
        raise NotWeighed
    return partial(_publish, draft_id, eyes, actor, now)


def take_back(*, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Put in force again what a published draft replaced, and open the draft again.

    Raises MovedOn when the rules have changed since, or when somebody booked what would fall away.
    """
    draft = ScheduleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state != ScheduleDraft.State.PUBLISHED:
        raise MovedOn
    if drafted.now_in_force(_where(draft), kinds=draft.wanted) != drafted.normal(draft.wanted):
        raise MovedOn
    act = partial(_put_back, draft.id, now)
    _done, effect = weigh(act, now=now)
    if effect.visits_in_all > draft.weighed.get("visits_left", 0):
        raise MovedOn
    make(act, actor=actor, now=now)


def _put_back(draft_id: UUID, now: datetime) -> Done:
    draft = ScheduleDraft.objects.select_for_update().get(pk=draft_id)
    put = drafted.put(_where(draft), draft.replaced)
    draft.state, draft.changed_at, draft.weighed_at = ScheduleDraft.State.OPEN, now, now
    draft.published_at, draft.published_by = None, ""
    draft.save(update_fields=["state", "changed_at", "weighed_at", "published_at", "published_by"])
    return _done("card_reservation.draft_taken_back", draft, put)


def _publish(draft_id: UUID, eyes: Eyes, actor: Actor, now: datetime) -> Done:
    draft = _open(draft_id, eyes)
    put = drafted.put(_where(draft), draft.wanted)
    draft.state, draft.replaced = ScheduleDraft.State.PUBLISHED, put.replaced
    draft.published_at, draft.published_by, draft.changed_at = now, actor.name, now
    draft.save(update_fields=["state", "replaced", "published_at", "published_by", "changed_at"])
    return _done(PUBLISHED, draft, put)


def _done(action: str, draft: ScheduleDraft, put: drafted.Put) -> Done:
    return Done(
        action=action,
        place_ids=(draft.place_id,),
        details={
            "draft": draft.name,
            "from": {key: before for key, _label, before, _after in put.shown},
            "to": {key: after for key, _label, _before, after in put.shown},
        },
        shown=tuple((label, before, after) for _key, label, before, after in put.shown),
    )


def _weigh(draft: ScheduleDraft, now: datetime) -> None:
    where = _where(draft)
    today = forecasts.outlook(where, now=now)
    then: list[forecasts.Outlook] = []

    def act() -> Done:
        put = drafted.put(where, draft.wanted)
        then.append(forecasts.outlook(where, now=now))
        return _done(PUBLISHED, draft, put)

    done, effect = weigh(act, now=now)
    draft.weighed = {
        **forecasts.compared(where, before=today, after=then[0], now=now),
        "shown": [[str(label), before, after] for label, before, after in done.shown],
        **_said(effect),
    }
    draft.weighed_at = now
    draft.save(update_fields=["weighed", "weighed_at"])


def _said(effect: OpeningEffect) -> dict[str, int]:
    return {
        "opened": effect.opened,
        "closed": effect.closed,
        "visits_left": effect.visits_in_all,
        "crowded": effect.crowded_in_all,
    }


def _open(draft_id: UUID, eyes: Eyes) -> ScheduleDraft:
    found = ScheduleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if found is None or not eyes.has_place(found.place_id):
        raise DraftNotFound(draft_id=draft_id)
    if found.state != ScheduleDraft.State.OPEN:
        raise DraftOver
    return found


def _where(draft: ScheduleDraft) -> demand.Place:
    return demand.Place(place_id=draft.place_id, service_id=draft.service_id)


def _record(action: str, draft: ScheduleDraft, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="card_reservation.schedule_draft",
        object_ids=[str(draft.id)],
        now=now,
        details={"draft": draft.name, "place": draft.place.name},
    )
