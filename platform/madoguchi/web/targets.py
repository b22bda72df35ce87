"""Where to go on to: only a page of this very host."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(request: HttpRequest, *, otherwise: str) -> str:
    """Choose the page asked for by ``next`` if it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # What begins otherwise would be taken for the name of a view.
    return wanted if is_ours and wanted.startswith("/") else otherwise
