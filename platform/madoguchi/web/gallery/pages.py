"""Draw the living page for staff and for operators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.safestring import SafeString
from django_cotton.compiler_regex import CottonCompiler

from madoguchi.web.brands import HUE_LABELS, HUES
from madoguchi.web.gallery.entries import Entry, State, entries
from madoguchi.web.navigation import Link

STAFF = "staff"
RESIDENT = "resident"
AUDIENCES = {STAFF: "職員の画面", RESIDENT: "住民の画面"}
GROUPS = {"act": "操作する・入力する", "tell": "知らせる・見せる", "lead": "行き先を示す"}


@dataclass(frozen=True)
class Drawn:
    """A state as people see it, and as an author writes it."""

    label: str
    source: str
    html: SafeString


@dataclass(frozen=True)
class Shown:
    """An entry with its states drawn."""

    entry: Entry
    states: Sequence[Drawn]


def draw(state: State, request: HttpRequest, *, apart: str = "state") -> SafeString:
    """Draw one state of a part; its fields stand apart from those of other states."""
    given = dict(state.context())
    for form in given.values():
        if isinstance(form, BaseForm):
            form.prefix = apart
    # A string is not compiled by cotton's loader, so its compiler is called as the loader does.
    template = engines["django"].from_string(CottonCompiler().process(state.source))
    html = template.render(given, request)
    # A sample of errors must not take the focus of this page.
    return SafeString(html.replace(" autofocus data-focus", ""))


def living_page(request: HttpRequest) -> HttpResponse:
    """Show every part in every state, in the colour and density that were asked for."""
    hue = request.GET.get("hue", "")
    hue = hue if hue in HUES else "blue"
    audience = request.GET.get("audience", STAFF)
    audience = audience if audience in AUDIENCES else STAFF
    context = {
        "hue": hue,
        "audience": audience,
        "base": f"web/gallery/{audience}.html",
        "audiences": [
            Link(label, f"?audience={key}&hue={hue}", key == audience) for key, label in AUDIENCES.items()
        ],
        "hues": [
            (key, Link(str(label), f"?audience={audience}&hue={key}", key == hue))
            for key, label in HUE_LABELS.items()
        ],
        "groups": [(label, list(_shown(group, audience, request))) for group, label in GROUPS.items()],
    }
    return render(request, "web/gallery/parts.html", context)


def _shown(group: str, audience: str, request: HttpRequest) -> Iterator[Shown]:
    for entry in entries():
        if entry.group != group:
            continue
        states = [
            Drawn(state.label, state.source, draw(state, request, apart=f"{entry.name}-{number}"))
            for number, state in enumerate(entry.states)
            if state.audience in ("", audience)
        ]
        yield Shown(entry, states)
