"""The page that tells a city what is kept of the people who book, and that the database holds to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.web.access import requires
from plugins.card_reservation.declarations.permissions import VIEW_PERSONAL_DATA
from plugins.card_reservation.queries import personal_data as queries


@requires(VIEW_PERSONAL_DATA)
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """Show the choice in force, who made it, every earlier one, and what the database lets us write."""
    context = {
        "kept": queries.kept(),
        "choices": tuple(reversed(queries.choices())),
        "tables": queries.tables(),
        "fits": queries.database_agrees(),
    }
    return render(request, "card_reservation/staff/personal_data.html", context)
