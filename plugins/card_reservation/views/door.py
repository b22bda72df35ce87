"""«Which letter did you get?»: from the paper in hand to the right booking, before a number is asked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.doors import LETTERS, Letter
from plugins.card_reservation.views.screens import bookable_services, show


@public("a page of words for everybody")
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters by how they look."""
    return show(request, "letters", {"letters": LETTERS})


@public("a page of words for everybody")
@require_safe
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one letter is for, and lead to the booking where there is one."""
    found = next((each for each in LETTERS if each.code == code), None)
    if found is None:
        raise Http404
    context = {"letter": found, "book_at": _booking_of(found), "back": reverse("booking:letters")}
    return show(request, "letter", context)


def _booking_of(found: Letter) -> str:
    """Give the address where residents book this, or nothing."""
    offered = bookable_services()
    service = next((each for each in offered if each.code == found.service), None)
    if service is None:
        return ""
    if service.id == queries.PICKUP_ID and len(offered) == 1:
        return reverse("booking:identify")
    return f"{reverse('booking:service')}?service={service.code}"
