"""Documents that editors have put on a page; the rows and the files are those of the city."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from wagtail.documents.views import serve

from madoguchi.web.access import public

NEVER_A_PAGE = "default-src 'none'; sandbox"


@public("documents on public pages; Wagtail keeps private collections closed")
def send(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Send a document, never to be run by a browser as a page."""
    answer: HttpResponseBase = serve.serve(request, document_id, document_filename)
    answer["Content-Security-Policy"] = NEVER_A_PAGE
    return answer


urlpatterns = [
    path("documents/<int:document_id>/<path:document_filename>", send, name="wagtaildocs_serve"),
]
