"""One mail to many residents: written, looked at, confirmed in a second step, watched, paused, stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.sight import eyes_of_actor
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.notifications import audiences, opting_out, rendering, suppressions, texts, wordings
from madoguchi.notifications.errors import TextRefused
from madoguchi.notifications.events import MailingTurn
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing
from madoguchi.notifications.preferences import MailSettings
from madoguchi.notifications.rendering import Rendered
from madoguchi.preferences import queries as preferences
from madoguchi.residents import queries as residents

State = Mailing.State
RUNNING = (State.CONFIRMED, State.SENDING)
Texts = Mapping[str, Mapping[str, str]]


class MailingNotFound(NotFound):
    """There is no such mailing."""

    code = "mailing_not_found"
    message = _("この一斉メールは見つかりません。")


class MailingMovedOn(DomainError):
    """Somebody else confirmed, paused or stopped it meanwhile."""

    code = "mailing_moved_on"
    message = _("この一斉メールの状態は、先に変わりました。画面を読み込み直して確かめてください。")


class SecondPersonNeeded(DomainError):
    """So many addresses are not written to by one person alone."""

    code = "second_person_needed"
    message = _("宛先が多いため、ほかの職員の承認が必要です。わけを書いて、承認を依頼してください。")


class NobodyToWriteTo(DomainError):
    """No resident is in the audience as it stands."""

    code = "nobody_to_write_to"
    message = _("条件に合う宛先がありません。条件を変えてください。")


@dataclass(frozen=True)
class Draft:
    """What a mailing says and to whom."""

    audience: str
    answers: Mapping[str, str]
    texts: Texts


@dataclass(frozen=True)
class Recipient:
    """One address, written to once, and what its mail is about."""

    contact_id: UUID
    about: UUID


@dataclass(frozen=True)
class Reach:
    """Whom a mailing reaches, and how many it leaves out: they came back, or asked for no more."""

    recipients: tuple[Recipient, ...]
    left_out: int

    @property
    def count(self) -> int:
        """Count the mails."""
        return len(self.recipients)


@dataclass(frozen=True)
class Tally:
    """How far a mailing has come."""

    total: int
    sent: int
    waiting: int

    @property
    def settled(self) -> int:
        """Count what will not change any more."""
        return self.total - self.waiting

    @property
    def failed(self) -> int:
        """Count what did not arrive."""
        return self.settled - self.sent


def find(*, mailing_id: UUID) -> Mailing:
    """Find a mailing.

    Raises MailingNotFound.
    """
    found = Mailing.objects.filter(pk=mailing_id).first()
    if found is None:
        raise MailingNotFound(mailing_id=mailing_id)
    return found


def check(*, audience: str, words: Texts) -> None:
    """Check the words of a mailing in every language they were written in.

    Raises UnknownAudience, and TextRefused with the problems by ``language.field``.
    """
    allowed = [rendering.CITY, *(each.name for each in audiences.find(audience).placeholders)]
    personal = {each.name for each in audiences.find(audience).placeholders if each.is_personal}
    problems = {
        f"{language}.{part}": texts.problems(text, allowed=allowed, forbidden=personal)
        for language, written in words.items()
        for part, text in written.items()
    }
    if any(problems.values()):
        raise TextRefused(problems=problems)


def write(*, draft: Draft, mailing_id: UUID | None, actor: Actor, now: datetime) -> Mailing:
    """Keep a draft, a new one or what became of an earlier one.

    Raises UnknownAudience, TextRefused, MailingNotFound, and MailingMovedOn once it was confirmed.
    """
    check(audience=draft.audience, words=draft.texts)
    mailing = Mailing(created_at=now) if mailing_id is None else held(mailing_id, State.DRAFT)
    # Whoever wrote last reaches the people of their own places, not those of whoever wrote before.
    mailing.created_by_id, mailing.created_by_name = actor.id, actor.name
    mailing.audience, mailing.answers = draft.audience, dict(draft.answers)
    mailing.texts = {language: dict(written) for language, written in draft.texts.items()}
    mailing.save()
    record("notifications.mailing_written", mailing, actor, now)
    return mailing


def reach(*, mailing: Mailing, now: datetime) -> Reach:
    """Work out whom a mailing reaches now: each address once, none that is suppressed, as its writer sees."""
    audience = audiences.find(mailing.audience)
    found = audience.find(answers=mailing.answers, eyes=_eyes(mailing), now=now)
    indexes = residents.address_indexes([contact_id for contact_id, _about in found])
    unwanted = suppressions.suppressed_indexes()
    chosen: dict[bytes, Recipient] = {}
    left_out: set[bytes] = set()
    for contact_id, about in found:
        index = indexes.get(contact_id)
        if index is None:
            continue
        if index in unwanted:
            left_out.add(index)
        else:
            chosen.setdefault(index, Recipient(contact_id, about))
    return Reach(tuple(chosen.values()), len(left_out))


def sample(*, mailing: Mailing, language: str, recipient: Recipient | None, now: datetime) -> Rendered:
    """Write a mailing out as one of its readers will see it; with invented values where there is none."""
    audience = audiences.find(mailing.audience)
    values: Mapping[str, str] | None = None
    if recipient is not None:
        values = audience.values(about=recipient.about, language=language, now=now)
    invented = {each.name: each.sample for each in audience.placeholders}
    wording = wordings.mailing_wording(mailing.texts, language=language)
    return rendering.render(
        wording=wording,
        values={**(values or invented), opting_out.STOP: opting_out.SAMPLE},
        language=language,
    )


def confirm(*, mailing_id: UUID, actor: Actor, now: datetime) -> None:
    """Begin to send; whoever is in the audience when the relay takes it up is written to.

    Raises MailingNotFound, MailingMovedOn, NobodyToWriteTo, and SecondPersonNeeded above the city's limit.
    """
    mailing = held(mailing_id, State.DRAFT)
    count = reach(mailing=mailing, now=now).count
    if not count:
        raise NobodyToWriteTo
    if needs_second_person(count=count):
        raise SecondPersonNeeded
    begin(mailing, actor=actor, now=now)


def needs_second_person(*, count: int) -> bool:
    """Tell whether so many are more than one person alone may write to."""
    return count > preferences.current(MailSettings).mailing_limit


def begin(mailing: Mailing, *, actor: Actor, now: datetime) -> None:
    """Let a mailing that is held leave."""
    mailing.confirmed_at, mailing.confirmed_by_name = now, actor.name
    _go_on(mailing, State.CONFIRMED, now)
    record("notifications.mailing_confirmed", mailing, actor, now)


def pause(*, mailing_id: UUID, actor: Actor, now: datetime) -> None:
    """Let nothing more of a mailing leave until it is resumed.

    Raises MailingNotFound and MailingMovedOn.
    """
    mailing = held(mailing_id, State.SENDING)
    mailing.state = State.PAUSED
    mailing.save(update_fields=["state"])
    record("notifications.mailing_paused", mailing, actor, now)


def resume(*, mailing_id: UUID, actor: Actor, now: datetime) -> None:
    """Go on with a mailing where it was paused.

    Raises MailingNotFound and MailingMovedOn.
    """
    mailing = held(mailing_id, State.PAUSED)
    _go_on(mailing, State.SENDING, now)
    record("notifications.mailing_resumed", mailing, actor, now)


def stop(*, mailing_id: UUID, actor: Actor, now: datetime) -> None:
    """End a mailing for good; what has not left is dropped.

    Raises MailingNotFound and MailingMovedOn.
    """
    mailing = held(mailing_id, *RUNNING, State.PAUSED)
    mailing.state, mailing.finished_at = State.STOPPED, now
    mailing.save(update_fields=["state", "finished_at"])
    waiting = Delivery.objects.filter(mailing_id=mailing.pk, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.DROPPED, settled_at=now, error=str(_("一斉メールが中止されました。")))
    record("notifications.mailing_stopped", mailing, actor, now)


def tally(*, mailing: Mailing) -> Tally:
    """Count how far a mailing has come."""
    found = Delivery.objects.filter(mailing_id=mailing.pk)
    waiting = found.filter(state__in=[DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.HELD])
    return Tally(
        total=mailing.total,
        sent=found.filter(state=DeliveryState.SENT).count(),
        waiting=waiting.count(),
    )


def _eyes(mailing: Mailing) -> Eyes:
    if mailing.created_by_id == SYSTEM.id:
        return EVERYTHING
    return eyes_of_actor(Actor(kind="staff", id=mailing.created_by_id, name=""))


def held(mailing_id: UUID, *states: State) -> Mailing:
    """Hold a mailing for the rest of the transaction, if it stands as it should.

    Raises MailingNotFound and MailingMovedOn.
    """
    mailing = Mailing.objects.select_for_update().filter(pk=mailing_id).first()
    if mailing is None:
        raise MailingNotFound(mailing_id=mailing_id)
    if mailing.state not in states:
        raise MailingMovedOn
    return mailing


def _go_on(mailing: Mailing, state: State, now: datetime) -> None:
    mailing.state = state
    mailing.turn += 1
    mailing.save(update_fields=["state", "turn", "confirmed_at", "confirmed_by_name"])
    turn = MailingTurn(mailing_id=mailing.pk, turn=mailing.turn)
    outbox.publish(event=turn, actor=SYSTEM, now=now)


def record(action: str, mailing: Mailing, actor: Actor, now: datetime) -> None:
    """Write one audit entry about a mailing."""
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.mailing",
        object_ids=[str(mailing.pk)],
        details={"audience": mailing.audience},
        now=now,
    )
