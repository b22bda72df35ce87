"""Describe a code without a pattern: read a sample, cut it, name its parts, look at what is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.web.access import requires
from plugins.card_management.declarations.intake import CHANGE_QR
from plugins.card_management.forms import intake, intake_parts
from plugins.card_management.forms.intake_parts import CutForm, NamesForm
from plugins.card_management.queries import intake as queries
from plugins.card_management.rules.qr_guessing import guess_parts, name_head, name_parts
from plugins.card_management.rules.qr_parts import MOST_PARTS, BadPattern, Part, Parts, Pieces, cut
from plugins.card_management.rules.qr_text import QrLayout, check_qr, tidy
from plugins.card_management.services import intake_profiles
from plugins.card_management.services.intake_qr import COLUMNS
from plugins.card_management.views.intake_trial import tried

REFUSED = 422
PEOPLE_SHOWN = 3
SAMPLES = ("sample", "other")


@dataclass(frozen=True, slots=True)
class _Described:
    """What an administrator told so far."""

    form: CutForm
    names: NamesForm
    parts: Parts
    samples: Sequence[str] = ()

    @property
    def layout(self) -> QrLayout:
        return QrLayout.of_parts(self.parts, codes=self.form.codes())


@requires(CHANGE_QR)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Describe the codes of a list that is new here."""
    return _page(request, None) if request.method != "POST" else _take(request, None)


@requires(CHANGE_QR)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, qr_profile_id: UUID) -> HttpResponse:
    """Describe the codes of a list anew."""
    found = queries.qr_profile(profile_id=qr_profile_id)
    return _page(request, found) if request.method != "POST" else _take(request, found)


def _take(request: HttpRequest, found: queries.QrProfileView | None) -> HttpResponse:
    given, wish = request.POST.copy(), request.POST.get("do", "cut")
    if found is not None:
        given["name"] = found.profile.name
    form = CutForm(given)
    if wish != "save":
        _forgive_name(form)
    if not form.is_valid():
        names = NamesForm(given, heads=_count(given, "head_"), parts=_count(given, "part_"))
        return _show(request, found, _Described(form, names, Parts()), REFUSED)
    described = _describe(given, form, is_guess=wish == "guess")
    if wish == "save" and _is_saved(request, found, described):
        messages.success(request, _("QRコードの定義を保存しました。"))
        return redirect("cards:intake_qr_profiles")
    return _show(request, found, described, REFUSED if described.form.errors else 200)


def _forgive_name(form: CutForm) -> None:
    # Whoever looks at a sample has not come to the name yet.
    form.errors.pop("name", None)


def _describe(given: QueryDict, form: CutForm, *, is_guess: bool) -> _Described:
    samples = [text for name in SAMPLES if (text := tidy(form.cleaned_data[name]))]
    posted_heads, posted = _count(given, "head_"), _count(given, "part_")
    if samples and (is_guess or not posted):
        begun = guess_parts(samples[0])
        form = CutForm({**given.dict(), **intake_parts.cut_values(begun)})
        _forgive_name(form)
        posted = posted_heads = -1
    begun = form.parts()
    pieces = [cut(text=text, parts=begun) for text in samples]
    count = (
        len(begun.record) if begun.way == "widths" else max((each.width for each in pieces), default=posted)
    )
    count = min(max(count, 0), MOST_PARTS)
    values = intake_parts.name_values(_guessed(pieces, count, len(begun.head)))
    kept = ("part_",) * (posted == count) + ("head_", "text_") * (posted_heads == len(begun.head))
    values |= {name: text for name, text in given.dict().items() if name.startswith(kept or ("\0",))}
    names = NamesForm(values, heads=len(begun.head), parts=count)
    named = names.named(begun, head=pieces[0].head if pieces else ()) if names.is_valid() else begun
    return _Described(form, names, named, samples)


def _guessed(pieces: Sequence[Pieces], count: int, heads: int) -> Parts:
    rows = [row for each in pieces for row in each.rows]
    names = (*name_parts(rows), *[""] * count)[:count]
    head = (*(name_head(pieces[0].head) if pieces else ()), *[Part()] * heads)[:heads]
    return Parts(head=head, record=tuple(Part(name) for name in names))


def _count(given: Mapping[str, Any], prefix: str) -> int:
    places = 0
    while f"{prefix}{places}" in given and places < MOST_PARTS:
        places += 1
    return places


def _is_saved(request: HttpRequest, found: queries.QrProfileView | None, described: _Described) -> bool:
    form, actor, now = described.form, actor_of(request), clock.now()
    try:
        layout = described.layout
        check_qr(layout)
        problems = (_problem(text, layout) for text in described.samples)
        field, unread = next((each for each in problems if each[1]), ("", ""))
        if unread:
            form.add_error(field, unread)
            return False
        if found is None:
            intake_profiles.create(name=form.cleaned_data["name"], layout=layout, actor=actor, now=now)
        else:
            is_active = form.cleaned_data["is_active"]
            intake_profiles.change(
                profile_id=found.profile.id, layout=layout, is_active=is_active, actor=actor, now=now
            )
    except BadPattern as refusal:
        form.add_error(None, _why(refusal))
        return False
    except intake_profiles.QrNameTaken as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


def _problem(sample: str, layout: QrLayout) -> tuple[str, str]:
    """Tell what is wrong with a sample, and the field where it is mended."""
    read = tried(sample=sample, layout=layout)
    field = "kinds" if read.get("column") == COLUMNS["kind"] else "sample"
    return field, str(read.get("problem", "") or read.get("trouble", ""))


def _why(refusal: BadPattern) -> str:
    return str(intake_parts.REASONS.get(refusal.reason) or intake.REASONS[refusal.reason])


def _page(request: HttpRequest, found: queries.QrProfileView | None) -> HttpResponse:
    parts, initial = Parts(), {}
    if found is not None:
        profile, parts = found.profile, found.layout.parts or Parts()
        initial = intake_parts.profile_values(
            name=profile.name, layout=found.layout, is_active=profile.is_active
        )
    names = NamesForm(initial=intake_parts.name_values(parts), heads=len(parts.head), parts=len(parts.record))
    return _show(request, found, _Described(CutForm(initial=initial), names, parts), 200)


def _show(
    request: HttpRequest, found: queries.QrProfileView | None, described: _Described, status: int
) -> HttpResponse:
    names, pieces = described.names, [cut(text=text, parts=described.parts) for text in described.samples]
    people = [row for each in pieces for row in each.rows[:PEOPLE_SHOWN]]
    context = {
        "form": described.form,
        "found": found,
        "way": described.parts.way,
        "heads": [
            (names[f"head_{place}"], names[f"text_{place}"], [_piece(each.head, place) for each in pieces])
            for place in range(names.heads)
        ],
        "parts": [
            (
                names[f"part_{place}"],
                part_width(described.parts, place),
                [_piece(row, place) for row in people],
            )
            for place in range(names.parts)
        ],
        "kinds": _kinds(described.parts, pieces),
        "samples": range(1, len(pieces) + 1),
        "people": range(1, len(people) + 1),
        **_read(described),
    }
    return render(request, "card_management/intake/qr_parts.html", context, status=status)


def part_width(parts: Parts, place: int, /) -> int:
    """Tell how many signs a part has; 0 where signs divide."""
    return parts.record[place].width if place < len(parts.record) else 0


def _kinds(parts: Parts, pieces: Sequence[Pieces]) -> list[str]:
    """List what the samples write for the kind of a card, to be told in the city's words."""
    places = [place for place, part in enumerate(parts.record) if part.name == "kind"]
    found = {_piece(row, place).strip() for each in pieces for row in each.rows for place in places}
    return sorted(found - {""})[: intake.MOST_CODES]


def _piece(pieces: Sequence[str], place: int) -> str:
    return pieces[place] if place < len(pieces) else ""


def _read(described: _Described) -> Mapping[str, Any]:
    if not described.samples or not described.form.is_valid():
        return {}
    try:
        layout = described.layout
        check_qr(layout)
    except BadPattern as refusal:
        return {"lacking": _why(refusal)}
    return {"trials": [tried(sample=text, layout=layout) for text in described.samples]}
