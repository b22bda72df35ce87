from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.announcements import queries, services
from madoguchi.announcements.declarations import EDIT_ANNOUNCEMENTS, PUBLISH_EMERGENCIES
from madoguchi.announcements.forms import FORMS, AnnouncementForm, first_values, values_of
from madoguchi.announcements.models import Announcement, Kind
from madoguchi.announcements.values import Announced
from madoguchi.web.access import requires
from madoguchi.web.languages import DEFAULT, LANGUAGES, html_lang

EMERGENCY, BOOKING = str(Kind.EMERGENCY), str(Kind.BOOKING)
LISTS = {EMERGENCY: "emergencies", BOOKING: "booking_notes"}
WORDS = {
    EMERGENCY: {
        "title": gettext_lazy("緊急のお知らせ"),
        "note": gettext_lazy(
            "災害やシステムの不具合などを、すべてのページの上に表示します。保存するとすぐに出ます。"
        ),
        "new": "new_emergency",
        "page": "emergency",
        "end": "end_emergency",
    },
    BOOKING: {
        "title": gettext_lazy("予約する方へのお知らせ"),
        "note": gettext_lazy("予約の画面と確認メールに、期間と場所を決めて表示します。"),
        "new": "new_booking_note",
        "page": "booking_note",
        "end": "end_booking_note",
    },
}


@requires(PUBLISH_EMERGENCIES)
@require_safe
def emergencies(request: HttpRequest) -> HttpResponse:
    """Show what is told to everybody, and what was."""
    return _list(request, EMERGENCY)


@requires(PUBLISH_EMERGENCIES)
@require_http_methods(["GET", "POST"])
def new_emergency(request: HttpRequest) -> HttpResponse:
    """Write an emergency, look at it in three languages, and publish it."""
    return _write(request, EMERGENCY)


@requires(PUBLISH_EMERGENCIES)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Change an emergency, or read one that has ended."""
    return _rewrite(request, EMERGENCY, announcement)


@requires(PUBLISH_EMERGENCIES)
@require_POST
def end_emergency(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Take an emergency down."""
    return _end(request, EMERGENCY, announcement)


@requires(EDIT_ANNOUNCEMENTS)
@require_safe
def booking_notes(request: HttpRequest) -> HttpResponse:
    """Show what is told to those who book, and what was."""
    return _list(request, BOOKING)


@requires(EDIT_ANNOUNCEMENTS)
@require_http_methods(["GET", "POST"])
def new_booking_note(request: HttpRequest) -> HttpResponse:
    """Write something to those who book, look at it, and publish it."""
    return _write(request, BOOKING)


@requires(EDIT_ANNOUNCEMENTS)
@require_http_methods(["GET", "POST"])
def booking_note(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Change something told to those who book, or read what has ended."""
    return _rewrite(request, BOOKING, announcement)


@requires(EDIT_ANNOUNCEMENTS)
@require_POST
def end_booking_note(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Take something told to those who book down."""
    return _end(request, BOOKING, announcement)


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    now = clock.now()
    context = {
        **WORDS[kind],
        "kind": kind,
        "now": now,
        "current": queries.current(kind=kind, now=now),
        "past": queries.past(kind=kind, now=now),
    }
    return render(request, "announcements/list.html", context)


def _write(request: HttpRequest, kind: str) -> HttpResponse:
    now = clock.now()
    form = FORMS[kind](request.POST or None, initial=first_values(kind, now=now))
    if _is_to_be_kept(request, form):
        services.publish(kind=kind, values=form.values(), actor=actor_of(request), now=now)
        messages.success(request, _("お知らせを保存しました。期間のあいだ表示します。"))
        return redirect(LISTS[kind])
    return _form(request, kind, form)


def _rewrite(request: HttpRequest, kind: str, announcement: UUID) -> HttpResponse:
    now = clock.now()
    row = queries.find(announcement=announcement, kind=kind)
    form = FORMS[kind](request.POST or None, initial=values_of(row, FORMS[kind]))
    if _is_to_be_kept(request, form):
        changed = services.change(
            announcement=announcement, kind=kind, values=form.values(), actor=actor_of(request), now=now
        )
        messages.success(request, _("お知らせを直しました。") if changed else _("変更はありませんでした。"))
        return redirect(LISTS[kind])
    is_over = row.ended_at is not None or row.ends_at <= now
    return _form(request, kind, form, row=row, is_over=is_over)


def _end(request: HttpRequest, kind: str, announcement: UUID) -> HttpResponse:
    services.end(announcement=announcement, kind=kind, actor=actor_of(request), now=clock.now())
    messages.success(request, _("お知らせの表示を終えました。"))
    return redirect(LISTS[kind])


def _is_to_be_kept(request: HttpRequest, form: AnnouncementForm) -> bool:
    return request.method == "POST" and form.is_valid() and request.POST.get("then") == "publish"


def _form(
    request: HttpRequest,
    kind: str,
    form: AnnouncementForm,
    *,
    row: Announcement | None = None,
    is_over: bool = False,
) -> HttpResponse:
    shown = row if is_over else _draft(kind, form)
    context: dict[str, Any] = {
        **WORDS[kind],
        "kind": kind,
        "list": LISTS[kind],
        "form": form,
        "row": row,
        "is_over": is_over,
        "previews": _previews(queries.view_of(shown)) if shown else (),
    }
    return render(request, "announcements/page.html", context, status=422 if form.errors else 200)


def _draft(kind: str, form: AnnouncementForm) -> Announcement | None:
    """Put what was written into a row that nobody keeps."""
    return Announcement(kind=kind, **form.values()) if form.is_bound and form.is_valid() else None


def _previews(one: Announced) -> tuple[dict[str, Any], ...]:
    japanese = one.words(DEFAULT)
    return tuple(
        {
            "name": name,
            "html_lang": html_lang(code),
            "words": one.words(code),
            "is_missing": code != DEFAULT and one.words(code).heading == japanese.heading,
        }
        for code, name in LANGUAGES
    )
