"""The ledger of cards on paper, in the city's own form."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.accounts.declarations import EXPORT_LISTS
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.typesetting import typeset
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from madoguchi.tenancy import current_city
from madoguchi.web.access import refuse, requires
from madoguchi.web.dates import japanese_time, short_era_date
from plugins.card_management.declarations import ADDRESS, STATE_LABELS, VIEW_CARDS
from plugins.card_management.declarations.ledger import LEDGER_COLUMNS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.forms.ledger import LedgerForm
from plugins.card_management.queries import CardView, ledger_print
from plugins.card_management.queries.ledger_print import MOST_ROWS, LedgerWanted
from plugins.card_management.views import reading
from plugins.card_management.views.card_list import flag_words, kind_word

_MASKS: Final = {"name": NAME, "kana": KANA, "born": BORN_ON, "address": ADDRESS, "storage": STORAGE}
_WIDTHS: Final = {
    "reference": 12,
    "name": 14,
    "kana": 16,
    "born": 14,
    "kind": 7,
    "address": 30,
    "storage": 12,
}
_USUAL_WIDTH: Final = 10


def _day(day: date | None) -> str:
    return short_era_date(day) if day else ""


_CELLS: Final[dict[str, Callable[[CardView], str]]] = {
    "reference": lambda card: card.reference,
    "name": lambda card: card.name,
    "kana": lambda card: card.kana,
    "born": lambda card: card.born_text,
    "address": lambda card: card.address,
    "kind": kind_word,
    "state": lambda card: str(STATE_LABELS[card.state]),
    "site": lambda card: card.site_name,
    "storage": lambda card: card.storage,
    "arrived_on": lambda card: _day(card.arrived_on),
    "notice_sent_on": lambda card: _day(card.notice_resent_on or card.notice_sent_on),
    "reserved_at": lambda card: _day(clock.local(card.reserved_at).date() if card.reserved_at else None),
    "deadline_on": lambda card: _day(card.deadline_on),
    "handed_over_on": lambda card: _day(card.handed_over_on),
    "flags": lambda card: "、".join(flag_words(card.flags)),
}


@requires(VIEW_CARDS)
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Ask which cards are printed, and show the page around the paper."""
    form = _form(request)
    if request.GET and form.is_valid():
        wanted, eyes = _wanted(form), eyes_of(request)
        found = ledger_print.count(wanted=wanted, eyes=eyes)
        if not _may_print(request):
            refuse(request, permission=EXPORT_LISTS)
        if 0 < found <= MOST_ROWS:
            here = request.GET.urlencode()
            chosen = preferences.current(CardSettings)
            return reading_page(request, pdf=f"pdf/?{here}", title=chosen.ledger_title, back=request.path)
        form.add_error(None, _too_many(found) if found else _("この条件のカードはありません。"))
    status = 422 if form.errors else 200
    context = {"form": form, "most": MOST_ROWS, "may_print": _may_print(request)}
    return render(request, "card_management/ledger_print.html", context, status=status)


@requires(VIEW_CARDS)
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """Set the ledger on paper, and record whose cards stand in it."""
    form = _form(request)
    if not form.is_valid():
        context = {"form": form, "most": MOST_ROWS, "may_print": _may_print(request)}
        return render(request, "card_management/ledger_print.html", context, status=422)
    if not _may_print(request):
        refuse(request, permission=EXPORT_LISTS)
    wanted, eyes = _wanted(form), eyes_of(request)
    rows = ledger_print.rows(wanted=wanted, eyes=eyes)
    reading.record(request, cards=[card.id for card in rows], purpose="card_management.ledger_print")
    now = clock.now()
    made = typeset(template="card_management/ledger", values=_values(rows, form, eyes), now=now)
    return inline_pdf(made, name=f"card-ledger-{clock.local(now):%Y%m%d}")


def _may_print(request: HttpRequest) -> bool:
    return bool(request.user.has_permission(EXPORT_LISTS))  # type: ignore[union-attr]


def _form(request: HttpRequest) -> LedgerForm:
    sites = [(str(place.id), place.name) for place in places.places_seen_by(eyes=eyes_of(request))]
    today = clock.today()
    initial = {"basis": "arrived_on", "first": today.replace(day=1), "last": today}
    return LedgerForm(request.GET or None, sites=sites, initial=initial)


def _wanted(form: LedgerForm) -> LedgerWanted:
    typed = form.cleaned_data
    return LedgerWanted(
        basis=typed["basis"],
        first=typed["first"],
        last=typed["last"],
        site=UUID(typed["site"]) if typed["site"] else None,
        state=typed["state"],
        kind=typed["kind"],
    )


def _too_many(found: int) -> str:
    words = _("%(found)d件あります。一度に印刷できるのは%(most)d件までです。期間か所在で分けてください。")
    return words % {"found": found, "most": MOST_ROWS}


def _values(rows: list[CardView], form: LedgerForm, eyes: Eyes) -> dict[str, Any]:
    chosen, now = preferences.current(CardSettings), clock.now()
    columns = [
        (name, str(label))
        for name, label in LEDGER_COLUMNS
        if name in chosen.ledger_columns and not eyes.hides(_MASKS.get(name, ""))
    ]
    return {
        "title": chosen.ledger_title,
        "city": current_city().name,
        "made": f"{short_era_date(clock.local(now).date())} {japanese_time(now)}",
        "by": asking.mark(now=now),
        "note": _note(form),
        "landscape": True,
        "boxes": [box.strip() for box in chosen.ledger_boxes.splitlines() if box.strip()],
        "columns": [{"label": label, "width": _WIDTHS.get(name, _USUAL_WIDTH)} for name, label in columns],
        "rows": [
            [str(number), *(_CELLS[name](card) for name, _label in columns)]
            for number, card in enumerate(rows, 1)
        ],
        "total": _("合計 %(count)d件") % {"count": len(rows)},
    }


def _note(form: LedgerForm) -> str:
    typed = form.cleaned_data
    parts = [f"{_label(form, 'basis')}：{_day(typed['first'])}〜{_day(typed['last'])}"]
    parts += [
        f"{form.fields[name].label}：{_label(form, name)}"
        for name in ("site", "state", "kind")
        if typed[name]
    ]
    return "　".join(parts)


def _label(form: LedgerForm, name: str) -> str:
    value = form.cleaned_data[name]
    choices: Any = form.fields[name].choices  # type: ignore[attr-defined]
    return next((str(label) for key, label in choices if key == value), value)
