"""What was typed into a form whose session had ended: kept sealed for half an hour, for its typist alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts.models import Draft, Staff
from madoguchi.ledger import vault
from madoguchi.web import drafts as fields
from madoguchi.web import signing
from madoguchi.web.intake.gate import my_numbers_sent

PLACE = "accounts_draft.sealed"
KEPT = timedelta(minutes=30)
OPEN_FOR = timedelta(hours=10)
ASKED = "draft"
MOST_BYTES = 100_000
OPEN_QUERY = "_query"
MOST_QUERY = 2_000
# Whoever sends the same form for ever fills no table.
MOST_DRAFTS = 10
NEVER_KEPT = ("password", "repeated", "reset_code", "secret", "token", "csrf")


def keep(request: HttpRequest, *, now: datetime) -> str:
    """Keep what a stranger sent from a form that somebody signed in had opened; return where it goes on.

    Gives nothing back where the form was none of ours.
    """
    staff, path = _typist(request, now)
    if staff is None or path != request.path or my_numbers_sent(request):
        return ""
    return _keep(request, staff=staff, path=path, query=request.GET.copy(), now=now)


def keep_open_page(request: HttpRequest, *, now: datetime) -> str:
    """Keep what a page that is about to close sends of its form; return where it goes on.

    The page may belong to somebody whose session has ended a moment ago: its own signed field says whose.
    """
    staff, path = _typist(request, now)
    if staff is None:
        return ""
    query = QueryDict(request.POST.get(OPEN_QUERY, "")[:MOST_QUERY], mutable=True)
    return _keep(request, staff=staff, path=path, query=query, now=now)


def _keep(request: HttpRequest, *, staff: Staff, path: str, query: QueryDict, now: datetime) -> str:
    typed = {name: request.POST.getlist(name) for name in request.POST if _is_kept(name)}
    if sum(len(value) for values in typed.values() for value in values) > MOST_BYTES:
        return ""
    forget(now=now)
    if Draft.objects.filter(staff=staff).count() >= MOST_DRAFTS:
        return ""
    key = uuid4()
    query.pop(ASKED, None)
    content: dict[str, Any] = {"path": path, "query": query.urlencode(), "typed": typed}
    sealed = vault.seal(fields=content, place=PLACE, row=key)
    Draft.objects.create(id=key, staff=staff, sealed=sealed, kept_at=now)
    query[ASKED] = str(key)
    return f"{path}?{query.urlencode()}"


def typed_before(request: HttpRequest) -> dict[str, Any]:
    """Give what this very person typed into this very form before the session ended, and say so once.

    Nothing for anybody else, for another form, and after half an hour.
    """
    if request.method != "GET" or ASKED not in request.GET:
        return {}
    typed = _open(request, now=clock.now())
    if typed is None:
        return {}
    messages.info(request, _("入力の続きから再開しました。内容を確かめて、もう一度送信してください。"))
    return {name: values if len(values) > 1 else values[0] for name, values in typed.items() if values}


def typed_query(request: HttpRequest) -> QueryDict:
    """Give the same as a form would have sent it, for what is no field."""
    query = QueryDict(mutable=True)
    for name, values in (_open(request, now=clock.now()) or {}).items():
        query.setlist(name, values)
    return query


def waiting_for(staff: Staff, *, now: datetime) -> list[str]:
    """List the addresses of the forms that a person has not finished."""
    found = []
    for draft in Draft.objects.filter(staff=staff, kept_at__gt=now - KEPT).order_by("-kept_at")[:3]:
        content = vault.open_sealed(sealed=draft.sealed, place=PLACE, row=draft.id)
        query = QueryDict(content["query"], mutable=True)
        query[ASKED] = str(draft.id)
        found.append(f"{content['path']}?{query.urlencode()}")
    return found


def drop(request: HttpRequest) -> None:
    """Forget the draft a form was filled from, once it has been sent."""
    staff, key = request.user, _key(request.GET.get(ASKED, ""))
    if isinstance(staff, Staff) and key is not None:
        Draft.objects.filter(staff=staff, id=key).delete()


def forget(*, now: datetime) -> None:
    """Delete what nobody came back for."""
    Draft.objects.filter(kept_at__lt=now - KEPT).delete()


def _typist(request: HttpRequest, now: datetime) -> tuple[Staff | None, str]:
    try:
        person, path = signing.read(
            request.POST.get(fields.FIELD, ""), purpose=fields.PURPOSE, max_age=OPEN_FOR, now=now
        )
    except signing.BadToken:
        return None, ""
    return Staff.objects.filter(id=person, is_active=True).first(), path


def _open(request: HttpRequest, *, now: datetime) -> dict[str, list[str]] | None:
    staff, key = request.user, _key(request.GET.get(ASKED, ""))
    if not isinstance(staff, Staff) or key is None:
        return None
    draft = Draft.objects.filter(id=key, staff=staff, kept_at__gt=now - KEPT).first()
    if draft is None:
        return None
    content = vault.open_sealed(sealed=draft.sealed, place=PLACE, row=draft.id)
    if content["path"] != request.path:
        return None
    typed: dict[str, list[str]] = content["typed"]
    return typed


def _is_kept(name: str) -> bool:
    return name not in (fields.FIELD, OPEN_QUERY) and not any(word in name.casefold() for word in NEVER_KEPT)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
