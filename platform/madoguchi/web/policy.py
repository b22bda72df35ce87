"""The content security policy of every answer; the common one is written once, not at every answer."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware as BuildingMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

# By these a view asks for another policy than the common one (csp.decorators).
OWN_WISHES = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})


class CSPMiddleware(BuildingMiddleware):
    """Give the common policy to what asks for no other."""

    def process_request(self, request: HttpRequest) -> None:
        """Offer no nonce: the policy lets no page carry a script, so none may ask for one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header, unless a view has set it or asks for a policy of its own."""
        if self._is_for_all and OWN_WISHES.isdisjoint(response.__dict__):
            response.headers.setdefault(HEADER, self._policy)
            return response
        built: HttpResponseBase = super().process_response(request, response)
        return built

    @cached_property
    def _policy(self) -> str:
        return str(build_policy())

    @cached_property
    def _is_for_all(self) -> bool:
        reports = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        return not reports and settings.CONTENT_SECURITY_POLICY.keys() == {"DIRECTIVES"}
