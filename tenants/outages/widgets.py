"""What pages show of outages by themselves: the card on the staff home and the line above every page."""

from django.http import HttpRequest

from madoguchi import clock
from madoguchi.hooks.values import DashboardCard
from madoguchi.tenancy import current_city, is_operators
from tenants.outages import queries
from tenants.outages.declarations import ANSWER


def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """Remind a city's administrators of an outage that waits for their word."""
    city = current_city()
    if is_operators(city) or not request.user.has_permission(ANSWER):  # type: ignore[union-attr]
        return ()
    asked = queries.waiting_for(queries.of_city(city=city, now=clock.now()))
    if not asked:
        return ()
    return (
        DashboardCard(
            template="tenants/outages/card.html", context={"asked": asked}, permission=ANSWER, order=5
        ),
    )
