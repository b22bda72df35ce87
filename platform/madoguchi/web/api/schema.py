"""The schema of the machine API, city by city."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from madoguchi.hooks.registry import plugins
from madoguchi.web.errors import PROBLEM_JSON

WHERE_EVERY_ANSWER_MAY_BE = {
    "400": "The request cannot be read, or a field of it cannot be right.",
    "401": "No token, or one that has ended.",
    "403": "The token does not carry the scope.",
    "404": "Not here: the thing, the plugin, or a token that this city never made.",
    "409": "The city's rules refuse it; code says which.",
    "412": "Changed since the state that If-Match names.",
    "422": "Understood, but it cannot be right; code says why.",
    "429": "Too many requests; Retry-After says when to come back.",
}


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457, with the code that pages use too."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A stable word for programs.")
    detail = serializers.CharField(help_text="A sentence for people, in Japanese.")
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="For 400: sentences by field."
    )
    nearest = serializers.ListField(
        required=False,
        child=serializers.DictField(),
        help_text="For a time that cannot be had: times nearby with room.",
    )


class ApiSchema(AutoSchema):
    """Says for each operation which scope it asks, and that every refusal is a problem."""

    def get_description(self) -> str:  # type: ignore[override]
        """Add the scope to what the method says of itself."""
        scope = getattr(self.view, "scopes", {}).get(self.method, "")
        said = super().get_description().split("\n\n")[0]
        return f"{said}\n\nScope: `{scope}`" if scope else said

    def get_summary(self) -> str | None:
        """Take the first sentence of the method as the summary."""
        method = getattr(self.view, self.method.lower(), None)
        lines = (getattr(method, "__doc__", "") or "").strip().splitlines()
        return lines[0].rstrip(".") if lines else None

    def get_tags(self) -> list[str]:
        """Group by the first word of the address."""
        parts = [part for part in self.path.split("/") if part and "{" not in part]
        return [next(iter(parts[2:]), "api")]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, direction)
        for status, said in WHERE_EVERY_ANSWER_MAY_BE.items():
            content = {PROBLEM_JSON: {"schema": problem.ref}}
            found.setdefault(status, {"description": said, "content": content})
        return found


def without_plugins_that_are_off(
    endpoints: list[tuple[str, str, str, Any]],
) -> list[tuple[str, str, str, Any]]:
    """Leave out the endpoints of plugins that this city has not switched on, and those that are not ours."""
    return [endpoint for endpoint in endpoints if _is_ours(endpoint[3]) and _is_open(endpoint[3])]


def _is_ours(view: Any) -> bool:
    # The editor has an API of its own for its own pages.
    return not getattr(view, "cls", view).__module__.startswith("wagtail.")


def _is_open(view: Any) -> bool:
    owner = plugins.owner_of(getattr(view, "cls", view).__module__)
    return not owner or plugins.is_active(owner)
