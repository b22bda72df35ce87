"""Places from which files of the register are picked up, and what became of the files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.exchange import queries as imports
from madoguchi.exchange.declarations import IMPORT_FILES
from madoguchi.exchange.formats import PROFILE, active_formats
from madoguchi.web.access import refuse, requires
from plugins.card_management.declarations.register import (
    IMPORT_REGISTER,
    KEEP_SOURCES,
    PICKUP_LABELS,
    PICKUP_MARKS,
    PROBLEM_WORDS,
    PROTOCOLS,
    TROUBLE_WORDS,
    VIEW_REGISTER,
)
from plugins.card_management.formats.register import CHANGES
from plugins.card_management.forms.register import SourceForm
from plugins.card_management.queries import register as queries
from plugins.card_management.services import register_deciding, register_sources
from plugins.card_management.tasks import register as tasks
from plugins.card_management.views.register import FOLDER, show
from plugins.card_management.views.register_tables import PICKUPS


def _formats(request: HttpRequest) -> list[tuple[str, str]]:
    """Offer what this person may bring in by hand, too: a place of files is no way around a right."""
    own = {each.name for each in active_formats() if request.user.has_permission(each.permission)}  # type: ignore[union-attr]
    return [(name, label) for behind, name, label in _offered() if behind in own]


def _every_format() -> list[tuple[str, str]]:
    return [(name, label) for _behind, name, label in _offered()]


def _offered() -> list[tuple[str, str, str]]:
    """List the formats and the city's profiles of them: the format behind, the choice, its words."""
    known = list(active_formats())
    own = [each for each in imports.profiles(formats=known) if each.profile.is_active]
    plain = [(each.name, each.name, str(each.label)) for each in known]
    return plain + [(each.profile.format, f"{PROFILE}{each.profile.id}", str(each)) for each in own]


@requires(KEEP_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a place of files."""
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(posted, initial={"format": CHANGES}, formats=_formats(request))
    if request.method == "POST" and form.is_valid():
        source = register_sources.add(
            values=form.cleaned_data,
            secret=form.cleaned_data["secret"],
            actor=actor_of(request),
            now=clock.now(),
        )
        tasks.test_file_source.delay_on_commit(source_id=str(source.id))
        messages.success(request, _("取得元を加えました。接続を試しています。"))
        return redirect("cards:register_source", source.id)
    return show(request, "source_form", {"form": form}, status=422 if form.errors else 200)


@requires(KEEP_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Change a place of files."""
    source = register_sources.find(source_id=source_id)
    initial = {name: getattr(source, name) for name in register_sources.FIELDS}
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(posted, initial=initial, formats=_formats(request))
    if request.method == "POST" and form.is_valid():
        register_sources.change(
            source_id=source.id,
            values=form.cleaned_data,
            secret=form.cleaned_data["secret"],
            actor=actor_of(request),
            now=clock.now(),
        )
        tasks.test_file_source.delay_on_commit(source_id=str(source.id))
        messages.success(request, _("取得元を変えました。接続を試しています。"))
        return redirect("cards:register_source", source.id)
    context = {"form": form, "source": source, "has_secret": bool(source.sealed)}
    return show(request, "source_form", context, status=422 if form.errors else 200)


@requires(VIEW_REGISTER)
@require_safe
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Show a place of files, its last test and what was picked up there."""
    found = register_sources.find(source_id=source_id)
    formats = dict(_every_format())
    context = {
        "source": found,
        "format": formats.get(found.format, found.format),
        "protocol": dict(PROTOCOLS)[found.protocol],
        "trouble": TROUBLE_WORDS.get(found.problem, "") if found.problem else "",
        "tested": _tested(found.tested),
        "inbox": register_sources.inbox() if found.protocol == "folder" else "",
    }
    return lists.show(
        request,
        table=PICKUPS,
        rows=queries.pickups(source_id=found.id),
        template=f"{FOLDER}/source.html",
        context={
            **context,
            "may_keep": request.user.has_permission(KEEP_SOURCES),  # type: ignore[union-attr]
            "may_import": request.user.has_permission(IMPORT_REGISTER),  # type: ignore[union-attr]
        },
    )


def _tested(seen: dict[str, Any]) -> dict[str, Any] | None:
    if not seen:
        return None
    return {**seen, "is_good": not seen.get("code"), "words": TROUBLE_WORDS.get(seen.get("code", ""), "")}


@requires(KEEP_SOURCES)
@require_POST
def test(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Have a worker try the connection: a server may take longer to answer than a page."""
    found = register_sources.find(source_id=source_id)
    tasks.test_file_source.delay_on_commit(source_id=str(found.id))
    messages.success(request, _("接続を試しています。少し待ってから、画面を読み込み直してください。"))
    return redirect("cards:register_source", found.id)


@requires(IMPORT_REGISTER)
@require_POST
def look(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Have a worker look for files now."""
    found = register_sources.find(source_id=source_id)
    tasks.look_at_file_source.delay_on_commit(source_id=str(found.id))
    messages.success(request, _("ファイルを見に行っています。少し待ってから、画面を読み込み直してください。"))
    return redirect("cards:register_source", found.id)


@requires(KEEP_SOURCES)
@require_POST
def trust(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Confirm the key that the server showed."""
    now = clock.now()
    fingerprint = request.POST.get("host_key", "")
    try:
        register_sources.trust(source_id=source_id, fingerprint=fingerprint, actor=actor_of(request), now=now)
    except register_sources.SourceNotFound as refusal:
        register_sources.find(source_id=source_id)
        messages.error(request, str(refusal))
    else:
        tasks.test_file_source.delay_on_commit(source_id=str(source_id))
        messages.success(request, _("サーバーの鍵を登録しました。もう一度、接続を試しています。"))
    return redirect("cards:register_source", source_id)


@requires(KEEP_SOURCES)
@require_POST
def remove(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Forget a place of files."""
    register_sources.remove(source_id=source_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("取得元を消しました。取り込んだ情報はそのままです。"))
    return redirect("cards:register")


@requires(VIEW_REGISTER)
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """List the files that were picked up."""
    return lists.show(request, table=PICKUPS, rows=queries.pickups(), template=f"{FOLDER}/files.html")


@requires(VIEW_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pickup_id: UUID) -> HttpResponse:
    """Show why a file was stopped, and let somebody decide about it."""
    pickup = register_deciding.find(pickup_id=pickup_id)
    if request.method == "POST":
        if not request.user.has_permission(IMPORT_REGISTER):  # type: ignore[union-attr]
            refuse(request, permission=IMPORT_REGISTER)
        return _decide(request, pickup_id)
    context = {
        "pickup": pickup,
        "mark": PICKUP_MARKS[pickup.state],
        "state": PICKUP_LABELS[pickup.state],
        "problem": PROBLEM_WORDS.get(pickup.problem, ""),
        "may_accept": register_deciding.may_accept(pickup),
        "may_discard": pickup.state in ("stopped", "waiting"),
        "may_see_import": request.user.has_permission(IMPORT_FILES),  # type: ignore[union-attr]
        "may_decide": request.user.has_permission(IMPORT_REGISTER),  # type: ignore[union-attr]
    }
    return show(request, "file", context)


def _decide(request: HttpRequest, pickup_id: UUID) -> HttpResponse:
    decide = {"accept": register_deciding.accept, "discard": register_deciding.discard}
    chosen = decide.get(request.POST.get("do", ""))
    if chosen is None:
        messages.error(request, _("どちらかを選んでください。"))
        return redirect("cards:register_file", pickup_id)
    try:
        pickup = chosen(pickup_id=pickup_id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("ファイルを破棄しました。") if pickup.state == "discarded" else _("取込に進めました。")
        messages.success(request, text)
    return redirect("cards:register_file", pickup_id)
