"""What the watch room gives a city's staff pages."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import NavigationItem, Permission, Urls

VIEW_AVAILABILITY = "tenants.view_availability"

PERMISSIONS = (
    Permission(
        name=VIEW_AVAILABILITY,
        label=_("稼働状況を見る"),
        roles=("city_admin", "auditor", "counter_clerk"),
        function=_("稼働状況"),
        access="view",
    ),
)
URLS = (
    Urls(zone="resident", prefix="", module="tenants.watch.health_urls"),
    Urls(zone="staff", prefix="", module="tenants.watch.health_urls"),
    Urls(zone="staff", prefix="availability/", module="tenants.watch.urls"),
)
NAVIGATION = (
    NavigationItem(
        label=_("稼働状況"),
        url_name="watch:availability",
        permission=VIEW_AVAILABILITY,
        section=_("職員と安全"),
        order=920,
    ),
)
