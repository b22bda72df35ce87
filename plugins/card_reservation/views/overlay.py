"""The page on which staff lay the names of a file of their own over bookings; the file stays with them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit import services as audit
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.notices import OVERLAY
from plugins.card_reservation.declarations.permissions import OVERLAY_NAMES
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.services import overlay
from plugins.card_reservation.views.board_table import STATES, state_of


@requires(OVERLAY_NAMES)
@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """Show a day's bookings with marks that only this drawing of the page knows."""
    now = clock.now()
    form = DayForm(request.GET)
    day = form.chosen_day(otherwise=clock.local(now).date())
    eyes = eyes_of(request)
    offered = places.places_seen_by(eyes=eyes)
    wanted = form.cleaned_data.get("place")
    place_id = wanted if wanted in {place.id for place in offered} else None
    marked = overlay.marked_day(place_id=place_id, day=day, now=now, eyes=eyes)
    audit.record_read(
        actor=actor_of(request),
        object_type="card_reservation.booking",
        object_ids=[str(one.row.booking_id) for one in marked.rows],
        purpose=OVERLAY,
        now=now,
    )
    context = {
        "marked": marked,
        "rows": [(one, STATES[state_of(one.row)]) for one in marked.rows],
        "day": day,
        "place_id": place_id,
        "places": offered,
        "today": clock.local(now).date(),
        "keeps_names": kept().keeps_names,
        "words": _words(),
    }
    response = render(request, "card_reservation/staff/overlay.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _words() -> dict[str, str]:
    """Give the page's script its sentences."""
    return {
        "reading": _("ファイルを読んでいます…"),
        "done": _("{rows}件の予約のうち、{found}件に氏名を重ねました。"),
        "nobody": _("この日の予約には、ファイルにある方はいません。"),
        "columns": _(
            "見出しの行に「交付通知書番号」と「氏名」の列がありません。見出しを直して、もう一度選んでください。"
        ),
        "unreadable": _("ファイルを読めませんでした。CSVファイルを選んでください。"),
        "insecure": _("この接続では使えません。https:// で始まるアドレスで開いてください。"),
        "cleared": _("氏名を消しました。"),
        "unknown": _("ファイルにありません"),
    }
