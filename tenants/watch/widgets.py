"""The card on the staff home."""

from django.http import HttpRequest

from madoguchi import clock
from madoguchi.hooks.values import DashboardCard
from madoguchi.tenancy import current_city, is_operators
from tenants.watch import queries
from tenants.watch.declarations import VIEW_AVAILABILITY


def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """Give a city's staff the state of every service today; operators have their own page of it."""
    city = current_city()
    if is_operators(city) or not _may(request):
        return ()
    lines = queries.today(city=city, now=clock.now())
    troubles = [line for line in lines if line.state != "up"]
    return (
        DashboardCard(
            template="tenants/watch/card.html",
            context={"troubles": troubles},
            permission=VIEW_AVAILABILITY,
            order=800,
        ),
    )


def _may(request: HttpRequest) -> bool:
    """Tell whether the card will be shown, for it opens a connection to be drawn."""
    return bool(request.user.has_permission(VIEW_AVAILABILITY))  # type: ignore[union-attr]
