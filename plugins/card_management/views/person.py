"""One screen per person: their cards, bookings, messages, notes and history, and what to do next."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from madoguchi.accounts.desk import recent
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import STORAGE
from madoguchi.web.access import requires
from madoguchi.web.tables import Mark
from plugins.card_management import queries
from plugins.card_management.declarations import (
    ACTION_LABELS,
    MASKABLE_COLUMNS,
    MOVE_CARDS,
    STATE_LABELS,
    STEP_LABELS,
    VIEW_CARDS,
    VIEW_NOTES,
    WRITE_NOTES,
)
from plugins.card_management.declarations.forms import PRINT_LETTERS
from plugins.card_management.queries import CardView, person
from plugins.card_management.rules.facts import blocking
from plugins.card_management.rules.life_cycle import FINAL, NEEDS_REASON, Action
from plugins.card_management.rules.progress import WAY, Step, next_action
from plugins.card_management.services import notes, parts
from plugins.card_management.views import reading
from plugins.card_management.views.card_list import flag_words, kind_word, state_of, step_mark
from plugins.card_management.views.notes import first

VISITS: Final = {
    "arrived": Mark("done", gettext_lazy("来庁済み")),
    "absent": Mark("error", gettext_lazy("来庁なし")),
}
BOOKED: Final = {
    "active": Mark("ok", gettext_lazy("予約中")),
    "done": Mark("wait", gettext_lazy("来庁の印なし")),
    "cancelled": Mark("none", gettext_lazy("取消")),
    "served": Mark("done", gettext_lazy("予約日より前に交付済み")),
}
# A parcel of another page takes these.
ELSEWHERE: Final = frozenset((Action.SEND, Action.TAKE_IN))


@dataclass(frozen=True, slots=True)
class Next:
    """What staff do next: one button, or a page to go to, or words where the holder is next."""

    words: str
    action: str = ""
    label: "str | Promise" = ""
    href: str = ""


@requires(VIEW_CARDS)
@require_safe
def show(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show everything about the holder of a card, and record that it was shown."""
    eyes = eyes_of(request)
    card = queries.find(card_id=card_id, eyes=eyes)
    cards = queries.of_holder(card=card, eyes=eyes)
    ids = [each.id for each in cards]
    reading.record(request, cards=ids, purpose="card_management.card_detail")
    recent.note(request, label=_("カード %(number)s") % {"number": card.reference})
    bookings = [each for each in person.bookings(cards=ids) if eyes.has_place(each.place_id)]
    may_move, may_read = _may(request, MOVE_CARDS), _may(request, VIEW_NOTES)
    found_notes = notes.of_cards(cards=ids) if may_read else []
    names = queries.site_names()
    context: dict[str, Any] = {
        "card": card,
        "cards": [(each, state_of(each), kind_word(each)) for each in cards],
        "state": state_of(card),
        "step": step_mark(card),
        "way": _way(card),
        "kind": kind_word(card),
        "flags": flag_words(card.flags),
        "is_blocked": bool(blocking(flags=card.flags)),
        "wanted_site": names.get(card.wanted_site, "") if card.wanted_site else "",
        "next": _next(card, may_print=_may(request, PRINT_LETTERS)) if may_move else None,
        "others": _others(card) if may_move else [],
        "may_move": may_move,
        "bookings": [(each, _visit_mark(each), names.get(each.place_id, "")) for each in bookings],
        "messages_sent": person.messages(bookings=bookings),
        "notes": found_notes,
        "may_read_notes": may_read,
        "may_write_notes": _may(request, WRITE_NOTES),
        "history": [(line, names.get(line.site, "") if line.site else "") for line in _history(card_id)],
        "parts": [part for part in parts.of_card(request, card_id) if _may(request, part.permission)],
    }
    context |= _kept_back(eyes) | first(request, cards=ids, opened=found_notes)
    return render(request, "card_management/show.html", context)


def _history(card_id: UUID) -> list[person.Line]:
    return person.history(card_id=card_id)


def _kept_back(eyes: Eyes) -> dict[str, Any]:
    masked = [column.label for column in MASKABLE_COLUMNS if eyes.is_masked(column.name)]
    return {"kept_back": masked, "hides_storage": eyes.hides(STORAGE)}


def _may(request: HttpRequest, permission: str) -> bool:
    return bool(request.user.has_permission(permission))  # type: ignore[union-attr]


def _visit_mark(booking: PickupBooking) -> Mark:
    """Name how a visit stands: the mark of the desk, how it ended, or that it lies ahead."""
    return VISITS.get(booking.visit) or BOOKED["served" if booking.is_served else booking.status]


def _way(card: CardView) -> list[tuple[Any, str]]:
    """Say of each step on the way whether it was taken: the step, and done, now or nothing."""
    done = {
        Step.NOTICE_SENT: card.notice_sent_on is not None,
        Step.BOOKED: card.wanted_on is not None,
    }
    reached = WAY.index(card.step) if card.step in WAY else -1
    found: list[tuple[Any, str]] = []
    for place, step in enumerate(WAY):
        is_done = done.get(step, place < reached)
        found.append((STEP_LABELS[step], "now" if place == reached else "done" if is_done else ""))
    return found


def _next(card: CardView, *, may_print: bool) -> Next:
    if blocking(flags=card.flags) and Action.HAND_OVER in card.actions:
        words = _("住民登録に異動があります。内容を確かめてから、交付できるかどうかを決めてください。")
        return Next(words, href=reverse("cards:handover_card", args=[card.id]), label=_("交付の画面を開く"))
    is_elsewhere = card.wanted_site is not None and card.site is not None and card.wanted_site != card.site
    action = next_action(facts=card.facts, is_elsewhere=is_elsewhere)
    if action is None and may_print and card.step in (Step.NOTICE_WAITS, Step.RETURNED):
        address = reverse("cards:letters_one", args=[card.id])
        return Next(_idle_words(card), href=address, label=_("通知書を作る"))
    if action is None:
        return Next(_idle_words(card))
    if action in ELSEWHERE:
        return Next(
            _("回送の画面で送付・受入をします。"),
            href=reverse("cards:shelves_parcels"),
            label=_("回送の画面を開く"),
        )
    if action is Action.HAND_OVER:
        words = _("カード・予約・本人を照合してから、交付済みにします。")
        return Next(words, href=reverse("cards:handover_card", args=[card.id]), label=_("照合して交付する"))
    return Next("", action=action.value, label=ACTION_LABELS[action])


def _idle_words(card: CardView) -> str:
    if card.step is Step.NOTICE_WAITS:
        return _("通知書を送付し、送付日を入れてください。")
    if card.step is Step.RETURNED:
        return _("通知書が返戻されています。住所を確かめて、再送してください。")
    if card.step is Step.EXPIRED:
        return _("受取期限を過ぎています。再度の案内か、廃棄の手続きを選んでください。")
    if card.step is Step.NOTICE_SENT:
        return _("住民の予約を待っています。")
    return _("することはありません（%(state)s）。") % {"state": STATE_LABELS[card.state]}


def _others(card: CardView) -> list[tuple[str, Any, bool]]:
    """List what else can be done here: the value, the label, and whether a reason is needed."""
    return [
        (action.value, ACTION_LABELS[action], action in NEEDS_REASON)
        for action in card.actions
        if action not in FINAL and action not in ELSEWHERE
    ]
