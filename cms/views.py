"""What a city's site answers besides its pages: the search, moved addresses, robots."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views

from cms import redirects, search, sitemap
from cms.forms import SearchForm
from madoguchi import tenancy
from madoguchi.standing import standing
from madoguchi.web.access import public
from madoguchi.web.languages import PREFIXES

HITS_ON_A_PAGE = 10


@public("guidance and notices are for everybody")
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at this address, or lead to where it has moved."""
    try:
        response: HttpResponse = views.serve(request, path)
    except Http404:
        return _moved(request)
    return response


@public("leads from addresses of an older site to the pages of this one")
def moved(request: HttpRequest, old: str) -> HttpResponse:
    """Lead to where this address has moved, if an editor has said so."""
    return _moved(request)


def _moved(request: HttpRequest) -> HttpResponse:
    found = redirects.find(request)
    if found is None:
        raise Http404
    response = HttpResponseRedirect(found.link)
    response.status_code = 301 if found.is_permanent else 302
    return response


@public("answers that there is no such page")
def nothing_here(request: HttpRequest, **_parts: int) -> HttpResponse:
    """Refuse pages that an editor has made private: residents have no sign-in."""
    raise Http404


@public("the pages it finds are for everybody")
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search the published pages of the language for every word that is asked for."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "cms/search.html", {"form": form, "asked": ""}, status=400)
    asked = form.cleaned_data["q"].strip()
    words = search.words_of(asked)
    found = search.find(words=words, language=get_language() or "ja") if words else ()
    page = Paginator(found, HITS_ON_A_PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "form": form,
        "asked": asked,
        "page": page,
        "hits": [search.hit(entry, words=words) for entry in page],
        "query": f"{urlencode({'q': asked})}&",
    }
    return render(request, "cms/search.html", context)


@public("search engines read it")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what to leave alone: everything while the city tries the service out."""
    city = tenancy.current_city()
    if standing(city.state).is_trial:
        rules = "User-agent: *\nDisallow: /\n"
    else:
        address = f"{city.resident_url.rstrip('/')}/sitemap.xml"
        closed = "".join(f"Disallow: {prefix}/search/\n" for prefix in PREFIXES.values())
        rules = f"User-agent: *\n{closed}Sitemap: {address}\n"
    return HttpResponse(rules, content_type="text/plain; charset=utf-8")


@public("search engines read it")
@require_safe
def pages_for_robots(request: HttpRequest) -> HttpResponse:
    """List the address of every published page."""
    if standing(tenancy.current_city().state).is_trial:
        raise Http404
    context = {"entries": sitemap.entries(request)}
    return render(request, "cms/sitemap.xml", context, content_type="application/xml; charset=utf-8")
