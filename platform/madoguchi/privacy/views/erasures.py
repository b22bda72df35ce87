from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.accounts.desk import lists
from madoguchi.privacy import queries
from madoguchi.privacy.declarations import VIEW
from madoguchi.privacy.tables import ERASURES
from madoguchi.web.access import requires


@requires(VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what was erased: counts, never contents."""
    return lists.show(request, table=ERASURES, rows=queries.erasures(), template="privacy/erasures.html")
