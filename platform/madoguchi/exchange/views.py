"""The pages of an import: upload, findings, apply, undo."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import lists, recent
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.exchange import queries, starting
from madoguchi.exchange.declarations import IMPORT_FILES, OVERRIDE_STOPS
from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.formats import active_formats, choose
from madoguchi.exchange.forms import UploadForm
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying, doctor, intake, signs, stops
from madoguchi.exchange.table import IMPORTS
from madoguchi.hooks.values import ImportFormat
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import refuse, requires
from madoguchi.web.tables.files import csv_text

MOST_NAMED = 20


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the imports and take a new file in."""
    formats = _allowed_formats(request)
    is_upload = request.method == "POST"
    form = UploadForm(request.POST or None, request.FILES or None, formats=formats) if is_upload else None
    diagnosis = None
    if form is not None and form.is_valid():
        received = _receive(request, form)
        if received is not None:
            return _lead_to(received)
        diagnosis = _diagnosed(form)
    imports = queries.recent(formats=[each.name for each in formats])
    page = lists.draw(request, table=IMPORTS, rows=imports)
    whole = lists.show_whole(request, page)
    if whole is not None:
        return whole
    wanted = {"format": request.GET.get("format", "")}
    context = {
        "form": form or UploadForm(formats=formats, initial=wanted),
        "list": page,
        "formats": formats,
        "diagnosis": diagnosis,
    }
    return render(request, "exchange/index.html", context, status=422 if form is not None else page.status)


@requires(IMPORT_FILES)
@require_GET
def show(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Show what a file holds and what applying it would do."""
    job, wanted = _job_for(request, import_id)
    recent.note(request, label=_("取込 %(name)s") % {"name": job.file_name})
    is_open = job.state == ImportJob.State.CHECKED
    now = clock.now()
    context = {
        "job": job,
        "format": wanted,
        "earlier": queries.earlier(job=job),
        # The rows of a file are shown as they are: not to somebody from whom columns are kept.
        "sample": queries.sample(job=job) if is_open and not eyes_of(request).masks else None,
        "can_apply": is_open and _brings(job) and not stops.holds(job=job),
        "stops": stops.sentences(job=job),
        "stops_hold": is_open and stops.holds(job=job),
        "may_pass": is_open and stops.may_pass(job=job) and request.user.has_permission(OVERRIDE_STOPS),  # type: ignore[union-attr]
        "passed": stops.passed(job=job),
        "characters": signs.told(job=job),
        "can_undo": queries.can_undo(job=job, now=now),
        "hidden_problems": max(0, job.broken + job.doubtful - len(job.problems)),
    }
    if is_open:
        audit.record_read(
            actor=actor_of(request),
            object_type=intake.OBJECT,
            object_ids=[str(job.id)],
            purpose="exchange.import_preview",
            now=now,
        )
    return render(request, "exchange/show.html", context)


@requires(IMPORT_FILES)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give an empty file with the heads of a format, to be filled in; unnamed, of the first one."""
    name = request.GET.get("format", "")
    wanted = next((each for each in _allowed_formats(request) if name in ("", each.name)), None)
    if wanted is None:
        raise Http404(name)
    heads = [*wanted.columns, *(wanted.may_have() if wanted.may_have else ())]
    return _file([heads], name=f"{wanted.name.replace('.', '-')}-template")


@requires(IMPORT_FILES)
@require_GET
def problems(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Give the lines that cannot be taken in as a file, to be worked through beside the first one."""
    job, _wanted = _job_for(request, import_id)
    kinds = {"broken": _("取り込めません")}
    lines = [
        [str(each["line"]), kinds.get(each["kind"], _("要確認")), each["column"], each["message"]]
        for each in job.problems
    ]
    heads = [_("行番号"), _("種類"), _("列"), _("理由と直し方")]
    return _file([heads, *lines], name=f"problems-{job.id}")


@requires(IMPORT_FILES)
@require_POST
def apply(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Start writing a checked file."""
    job, _wanted = _job_for(request, import_id)
    try:
        started = starting.ask_to_apply(import_id=job.id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _refuse(request, refusal, job)
    return redirect("jobs:show", started.id)


@requires(OVERRIDE_STOPS)
@require_POST
def let_pass(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Let a stopped file be taken in, for a reason."""
    job, _wanted = _job_for(request, import_id)
    reason = request.POST.get("reason", "")
    try:
        stops.let_pass(job=job, reason=reason, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _refuse(request, refusal, job)
    messages.success(request, _("取り込めるようにしました。内容を確かめて取り込んでください。"))
    return redirect("imports:show", job.id)


@requires(IMPORT_FILES)
@require_POST
def discard(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Throw a file away."""
    job, _wanted = _job_for(request, import_id)
    try:
        applying.discard(import_id=job.id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _refuse(request, refusal, job)
    messages.success(request, _("ファイルを破棄しました。何も取り込まれていません。"))
    return redirect("imports:index")


@requires(IMPORT_FILES)
@require_POST
def undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take an import back."""
    job, _wanted = _job_for(request, import_id)
    try:
        undone = applying.undo(import_id=job.id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _refuse(request, refusal, job)
    messages.success(request, _("%(count)d件を取り消しました。") % {"count": undone.count})
    if undone.left:
        said = {"count": len(undone.left), "names": "、".join(undone.left[:MOST_NAMED])}
        text = _("取り込んだあとに別の操作があった%(count)d件は、受け入れる前に戻していません：%(names)s")
        messages.warning(request, text % said)
    return redirect("imports:show", job.id)


def _file(lines: list[list[str]], *, name: str) -> HttpResponse:
    response = HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _receive(request: HttpRequest, form: UploadForm) -> ImportJob | None:
    now = clock.now()
    chosen = form.cleaned_data
    try:
        return starting.take_in(
            format_name=chosen["format"],
            file_name=chosen["file"].name or "",
            content=chosen["file"].read(),
            actor=actor_of(request),
            now=now,
        )
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
        intake.record_refusal(refusal=refusal, format_name=chosen["format"], actor=actor_of(request), now=now)
        return None


def _diagnosed(form: UploadForm) -> doctor.Diagnosis | None:
    """Say more of a file that was refused."""
    upload, name = form.files.get("file"), form.cleaned_data.get("format", "")
    if upload is None or not name:
        return None
    upload.seek(0)
    return doctor.diagnose(content=upload.read(), chosen=choose(name=name), today=clock.today())


def _brings(job: ImportJob) -> bool:
    findings = job.findings or {}
    return bool(job.new or job.changed or findings.get("removed") or findings.get("ambiguous"))


def _lead_to(received: ImportJob) -> HttpResponseRedirect:
    if received.state == ImportJob.State.RECEIVED and received.job is not None:
        return redirect("jobs:show", received.job)
    return redirect("imports:show", received.id)


def _allowed_formats(request: HttpRequest) -> list[ImportFormat]:
    return [each for each in active_formats() if request.user.has_permission(each.permission)]  # type: ignore[union-attr]


def _job_for(request: HttpRequest, import_id: UUID) -> tuple[ImportJob, ImportFormat]:
    job = queries.find(import_id=import_id)
    wanted = next((each for each in _allowed_formats(request) if each.name == job.format), None)
    if wanted is None:
        refuse(request, permission=IMPORT_FILES)
    return job, wanted


def _refuse(request: HttpRequest, refusal: DomainError, job: ImportJob) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("imports:show", job.id)
