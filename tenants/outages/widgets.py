"""What pages show of outages by themselves: the card on the staff home and the line above every page."""

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.values import Banner, DashboardCard
from madoguchi.outages import Outage
from madoguchi.tenancy import current_city, is_operators
from madoguchi.web import dates
from madoguchi.web.languages import DEFAULT
from madoguchi.web.maintenance import moment_text
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


def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    """Announce an outage above every page of the cities it meets, from the day of the notice on.

    It asks nothing: every process knows the outages with the list of cities.
    """
    outages = current_city().planned_outages
    if not outages:
        return ()
    now = clock.now()
    language = get_language() or DEFAULT
    return tuple(_banner(each, language) for each in outages if each.is_told(now))


def _banner(outage: Outage, language: str) -> Banner:
    return Banner(
        kind="maintenance",
        heading=_("メンテナンスのお知らせ"),
        text=_("%(start)sから%(end)sまで、このサイトは使えません。%(reason)s")
        % {
            "start": moment_text(outage.starts_at, language=language).strip(),
            "end": _end(outage, language),
            "reason": _sentence(outage.reason(language)),
        },
        audience="both",
    )


def _end(outage: Outage, language: str) -> str:
    """Write the end, without its day where that is the day of the start."""
    if dates.as_day(outage.starts_at) == dates.as_day(outage.ends_at):
        return dates.japanese_time(outage.ends_at)
    return moment_text(outage.ends_at, language=language).strip()


def _sentence(reason: str) -> str:
    """End a reason as a sentence ends."""
    return reason if not reason or reason.endswith(("。", ".")) else f"{reason}。"
