"""What places take part in."""

from typing import Any

from madoguchi import clock
from madoguchi.hooks.markers import hookimpl
from madoguchi.places import services
from madoguchi.tenancy import City


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    services.set_up(profile=profile, now=clock.now())
