"""Printing from the browser's own viewer: the day's list, slips, tickets, the kit of the coming days."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.ledger.audit import services as audit
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import QUEUE, READ_KIT, VIEW
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.services import papers, slips, tickets


@requires(VIEW)
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Show the list of a day as a page around its PDF."""
    chosen, place_id = _asked(request)
    query = f"day={chosen.isoformat()}" + (f"&place={place_id}" if place_id else "")
    return reading_page(
        request,
        pdf=f"{reverse('reservations:day_pdf')}?{query}",
        title=_("予約一覧 %(day)s") % {"day": short_era_date(chosen)},
        back=f"{reverse('reservations:day_board')}?{query}",
    )


@requires(VIEW)
@require_safe
def day_pdf(request: HttpRequest) -> HttpResponse:
    """Set the list of a day as PDF; what is shown is recorded once."""
    now = clock.now()
    chosen, place_id = _asked(request)
    eyes = eyes_of(request)
    shown = queries.day_board(place_id=place_id, day=chosen, now=now, eyes=eyes)
    audit.record_read(
        actor=actor_of(request),
        object_type="card_reservation.booking",
        object_ids=[str(row.booking_id) for row in shown],
        purpose="card_reservation.day_list",
        now=now,
    )
    pdf = papers.day_list(place_id=place_id, day=chosen, now=now, eyes=eyes)
    return inline_pdf(pdf, name=f"bookings-{chosen.isoformat()}")


@requires(VIEW)
@require_safe
def slip(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Show a visitor's slip as a page around its PDF."""
    found = queries.booking(booking_id=booking_id, now=clock.now(), eyes=eyes_of(request))
    return reading_page(
        request,
        pdf=reverse("reservations:slip_pdf", args=[booking_id]),
        title=_("予約票 %(number)s") % {"number": found.number},
        back=reverse("reservations:detail", args=[booking_id]),
    )


@requires(VIEW)
@require_safe
def slip_pdf(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Set a visitor's slip as PDF."""
    pdf = slips.slip(booking_id=booking_id, now=clock.now(), eyes=eyes_of(request))
    return inline_pdf(pdf, name="slip")


@requires(QUEUE)
@require_safe
def ticket(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Show the ticket of a queue number as a page around its PDF."""
    turn = tickets.turn_of(turn_id=turn_id, eyes=eyes_of(request))
    return reading_page(
        request,
        pdf=reverse("reservations:ticket_pdf", args=[turn_id]),
        title=_("受付番号票 %(number)s") % {"number": turn.number},
        back=f"{reverse('reservations:queue')}?place={turn.place_id}",
    )


@requires(QUEUE)
@require_safe
def ticket_pdf(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Set the ticket of a queue number as PDF."""
    pdf = tickets.ticket(turn_id=turn_id, now=clock.now(), eyes=eyes_of(request))
    return inline_pdf(pdf, name="ticket")


@requires(READ_KIT)
@require_safe
def kits(request: HttpRequest) -> HttpResponse:
    """List the lists of the coming days, made every evening."""
    now = clock.now()
    context = {
        "kits": papers.kits(eyes=eyes_of(request)),
        "last_made_at": papers.last_made_at(),
        "is_stale": papers.is_stale(now=now),
    }
    return render(request, "card_reservation/staff/kits.html", context)


@requires(READ_KIT)
@require_safe
def kit(request: HttpRequest, kit_id: UUID) -> HttpResponse:
    """Show a list of the coming days as a page around its PDF."""
    found = papers.kit(kit_id=kit_id, eyes=eyes_of(request))
    return reading_page(
        request,
        pdf=reverse("reservations:kit_pdf", args=[kit_id]),
        title=_("紙の予備リスト　%(place)s") % {"place": found.place},
        back=reverse("reservations:kits"),
    )


@requires(READ_KIT)
@require_safe
def kit_pdf(request: HttpRequest, kit_id: UUID) -> HttpResponse:
    """Open the PDF of a list; the reading is recorded."""
    pdf = papers.read_kit(kit_id=kit_id, actor=actor_of(request), now=clock.now(), eyes=eyes_of(request))
    return inline_pdf(pdf, name="paper-kit")


def _asked(request: HttpRequest) -> tuple[date, UUID | None]:
    form = DayForm(request.GET)
    chosen = form.chosen_day(otherwise=clock.today())
    wanted: UUID | None = form.cleaned_data.get("place")
    return chosen, wanted if wanted in {
        place.id for place in places.places_seen_by(eyes=eyes_of(request))
    } else None
