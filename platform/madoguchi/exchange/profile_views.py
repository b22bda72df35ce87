"""The pages of profiles: how a city's own files are read, shown on a sample; and the doctor for files."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.exchange import queries
from madoguchi.exchange.declarations import CHANGE_PROFILES, IMPORT_FILES
from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.formats import PROFILE, Chosen, active_formats, choose, find_format
from madoguchi.exchange.forms import UploadForm
from madoguchi.exchange.profile_forms import LayoutForm, StartForm, initial_of
from madoguchi.exchange.rules.profiles import BadLayout, ProfileLayout
from madoguchi.exchange.services import doctor, profiles, sampling
from madoguchi.exchange.services.inspection import LARGEST_BYTES
from madoguchi.hooks.values import ImportFormat
from madoguchi.web.access import refuse, requires

CHECKED_STATUS = 422


@requires(IMPORT_FILES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the profiles, and begin a new one."""
    formats = _allowed(request)
    context = {
        "profiles": queries.profiles(formats=formats),
        "form": StartForm(formats=formats) if _may_change(request) else None,
    }
    return render(request, "exchange/profiles.html", context)


@requires(CHANGE_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Look at a sample, and make a profile of it."""
    if request.method != "POST":
        return redirect("imports:profiles")
    formats = _allowed(request)
    if request.POST.get("do") in ("preview", "save"):
        return _fill_in(request, _Wizard(find_of(formats, request.POST.get("format", "")), _name(request)))
    form = StartForm(request.POST, request.FILES, formats=formats)
    if form.is_valid():
        chosen = form.cleaned_data
        wanted = find_of(formats, chosen["format"])
        try:
            sample = sampling.take(content=chosen["sample_file"].read(), largest=LARGEST_BYTES)
        except FileRefused as refusal:
            form.add_error("sample_file", str(refusal))
        else:
            return _begin(request, _Wizard(wanted, chosen["name"]), sample)
    context = {"profiles": queries.profiles(formats=formats), "form": form}
    return render(request, "exchange/profiles.html", context, status=CHECKED_STATUS)


@requires(IMPORT_FILES)
@require_GET
def show(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Show a profile with its versions."""
    found = _profile_for(request, profile_id)
    version = found.newest
    context = {
        "profile": found,
        "layout": ProfileLayout.from_json(version.layout) if version else None,
        "may_change": _may_change(request),
        "choice": f"{PROFILE}{profile_id}",
    }
    return render(request, "exchange/profile.html", context)


@requires(CHANGE_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Give a profile a new version."""
    found = _profile_for(request, profile_id)
    assert found.newest is not None
    wizard = _Wizard(find_format(name=found.profile.format), found.profile.name, profile_id)
    if request.method == "POST":
        return _fill_in(request, wizard)
    layout = ProfileLayout.from_json(found.newest.layout)
    form = wizard.form(initial=initial_of(layout=layout, columns=wizard.columns))
    form.offer(_written(layout))
    return _page(request, wizard, form, [], 200)


@requires(CHANGE_PROFILES)
@require_POST
def switch(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Let a profile be used, or not any more."""
    _profile_for(request, profile_id)
    is_active = request.POST.get("to") == "on"
    profiles.switch(profile_id=profile_id, is_active=is_active, actor=actor_of(request), now=clock.now())
    messages.success(request, _("使えるようにしました。") if is_active else _("使わないようにしました。"))
    return redirect("imports:profile", profile_id)


@requires(IMPORT_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def examine(request: HttpRequest) -> HttpResponse:
    """Tell what is wrong with a file and how to mend it; nothing of it is kept."""
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        formats=_allowed(request),
        initial={"format": request.GET.get("format", "")},
    )
    diagnosis = None
    if request.method == "POST" and form.is_valid():
        chosen = choose(name=form.cleaned_data["format"])
        diagnosis = doctor.diagnose(
            content=form.cleaned_data["file"].read(), chosen=chosen, today=clock.today()
        )
    status = CHECKED_STATUS if request.method == "POST" and diagnosis is None else 200
    return render(request, "exchange/doctor.html", {"form": form, "diagnosis": diagnosis}, status=status)


@dataclass(frozen=True, slots=True)
class _Wizard:
    """What is being described: a new profile, or the next version of one."""

    wanted: ImportFormat
    name: str
    profile_id: UUID | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return Chosen(self.wanted).columns

    def form(self, data: Any = None, initial: Any = None) -> LayoutForm:
        return LayoutForm(data, initial=initial, wanted=self.wanted, columns=self.columns)


def find_of(formats: Sequence[ImportFormat], name: str) -> ImportFormat:
    """Find a format among those that somebody may bring.

    Raises UnknownFormat.
    """
    found = next((each for each in formats if each.name == name), None)
    return found or find_format(name="")


def _begin(request: HttpRequest, wizard: _Wizard, sample: sampling.Sample) -> HttpResponse:
    layout = sampling.begin(sample=sample, columns=wizard.columns, required=wizard.wanted.columns)
    form = wizard.form(initial={**initial_of(layout=layout, columns=wizard.columns), "sample": sample.text})
    form.offer(_choices(wizard, sample.text, layout))
    readings: list[sampling.Reading] = []
    # A guess that does not hold is shown to be mended, not refused.
    with suppress(BadLayout, FileRefused):
        readings = _readings(request, wizard, layout, sample.text)
    return _page(request, wizard, form, readings, 200)


def _fill_in(request: HttpRequest, wizard: _Wizard) -> HttpResponse:
    form = wizard.form(data=request.POST)
    is_valid = form.is_valid()
    layout = form.layout() if is_valid else None
    sample = form.cleaned_data.get("sample", "")
    if layout is not None and request.POST.get("do") == "save":
        saved = _save(request, wizard, form, layout)
        if saved is not None:
            return redirect("imports:profile", saved)
    readings: list[sampling.Reading] = []
    if layout is not None:
        form.offer(_choices(wizard, sample, layout) if sample else _written(layout))
        readings = _tried(request, wizard, form, layout)
    else:
        form.offer([(text, text) for text in form.typed()])
    return _page(request, wizard, form, readings, CHECKED_STATUS if form.errors else 200)


def _choices(wizard: _Wizard, sample: str, layout: ProfileLayout) -> list[tuple[str, str]] | None:
    return sampling.choices_of(sample=sample, layout=layout, shortened=wizard.wanted.shortened)


def _tried(
    request: HttpRequest, wizard: _Wizard, form: LayoutForm, layout: ProfileLayout
) -> list[sampling.Reading]:
    try:
        return _readings(request, wizard, layout, form.cleaned_data.get("sample", ""))
    except BadLayout as refusal:
        if not form.errors:
            form.refuse(refusal)
    except FileRefused as refusal:
        if not form.errors:
            form.add_error("pattern", str(refusal))
    return []


def _save(request: HttpRequest, wizard: _Wizard, form: LayoutForm, layout: ProfileLayout) -> UUID | None:
    given: dict[str, Any] = {
        "layout": layout,
        "note": form.cleaned_data["note"],
        "actor": actor_of(request),
        "now": clock.now(),
    }
    try:
        if wizard.profile_id is None:
            saved = profiles.create(name=wizard.name, format_name=wizard.wanted.name, **given)
        else:
            saved = profiles.change(profile_id=wizard.profile_id, **given)
    except BadLayout as refusal:
        form.refuse(refusal)
        return None
    except profiles.NameTaken as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("第%(number)d版を保存しました。") % {"number": saved.version})
    return saved.id


def _readings(
    request: HttpRequest, wizard: _Wizard, layout: ProfileLayout, sample: str
) -> list[sampling.Reading]:
    # The rows of a file are shown as they are: not to somebody from whom columns are kept.
    if not sample or eyes_of(request).masks:
        return []
    return sampling.read(
        sample=sample,
        layout=layout,
        wanted=wizard.wanted,
        columns=wizard.columns,
        today=clock.today(),
    )


def _page(
    request: HttpRequest,
    wizard: _Wizard,
    form: LayoutForm,
    readings: Sequence[sampling.Reading],
    status: int,
) -> HttpResponse:
    required = profiles.required_of(wizard.wanted)
    rows: list[dict[str, Any]] = [
        {
            "column": column,
            "is_required": column in required,
            "source": form[f"source_{place}"],
            "default": form[f"default_{place}"],
            "codes": form[f"codes_{place}"],
            "date": form[f"date_{place}"] if f"date_{place}" in form.fields else None,
            "cells": [each.cells[place] for each in readings if each.cells],
        }
        for place, column in enumerate(wizard.columns)
    ]
    context = {
        "form": form,
        "wizard": wizard,
        "rows": rows,
        "unused": _unused(rows),
        "unfilled": [row["column"] for row in rows if row["is_required"] and not _is_filled(row)],
        "problems": [each.problem for each in readings if each.problem],
        "reads": sum(1 for each in readings if not each.problem),
        "samples": range(1, sum(1 for each in readings if each.cells) + 1),
    }
    return render(request, "exchange/profile_form.html", context, status=status)


def _unused(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """List the columns of the file, as they are offered, from which nothing is taken."""
    offered = getattr(rows[0]["source"].field.widget, "choices", ()) if rows else ()
    taken = {row["source"].value() for row in rows}
    return [str(label) for value, label in offered if value and value not in taken]


def _is_filled(row: Mapping[str, Any]) -> bool:
    return bool(row["source"].value() or row["default"].value())


def _written(layout: ProfileLayout) -> list[tuple[str, str]] | None:
    """Offer what the layout names itself, where there is no sample."""
    if layout.shape == "fixed":
        return None
    return [(each.source, each.source) for each in layout.sources if each.source]


def _allowed(request: HttpRequest) -> list[ImportFormat]:
    return [each for each in active_formats() if request.user.has_permission(each.permission)]  # type: ignore[union-attr]


def _profile_for(request: HttpRequest, profile_id: UUID) -> queries.Profile:
    """Find a profile of a format that this person may bring in."""
    found = queries.find_profile(profile_id=profile_id)
    wanted = find_format(name=found.profile.format)
    if not request.user.has_permission(wanted.permission):  # type: ignore[union-attr]
        refuse(request, permission=wanted.permission)
    return found


def _may_change(request: HttpRequest) -> bool:
    return bool(request.user.has_permission(CHANGE_PROFILES))  # type: ignore[union-attr]


def _name(request: HttpRequest) -> str:
    return request.POST.get("name", "").strip()[:60]
