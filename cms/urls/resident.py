"""The pages of the resident site; nothing of Wagtail's sign-in and private pages comes with them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from wagtail import views

from cms.urls.documents import urlpatterns as documents
from madoguchi.web.access import public


@public("guidance and notices are for everybody")
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at this address."""
    response: HttpResponse = views.serve(request, path)
    return response


@public("answers that there is no such page")
def nothing_here(request: HttpRequest, **_parts: int) -> HttpResponse:
    """Refuse pages that an editor has made private: residents have no sign-in."""
    raise Http404


urlpatterns = [
    path("-/private/", nothing_here, name="wagtailcore_login"),
    path(
        "-/private/<int:page_view_restriction_id>/<int:page_id>/",
        nothing_here,
        name="wagtailcore_authenticate_with_password",
    ),
    *documents,
    re_path(r"^((?:[\w\-]+/)*)$", serve, name="wagtail_serve"),
]
