"""The residents to whom this city may write at once, as its plugins declare them."""

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.audiences import Audience
from madoguchi.hooks.registry import plugins


class UnknownAudience(NotFound):
    """No plugin that is on in this city declares this audience."""

    code = "unknown_audience"
    message = _("この宛先の種類はありません。")


def of_this_city() -> list[Audience]:
    """List the audiences of the plugins that are on in this city."""
    declared = plugins.declared_by("audiences")
    return [audience for plugin, audience in declared if plugins.is_active(plugin)]


def find(name: str) -> Audience:
    """Find an audience by its name.

    Raises UnknownAudience.
    """
    for audience in of_this_city():
        if audience.name == name:
            return audience
    raise UnknownAudience(name=name)
