"""The pages that a proxy serves by itself while the site does not answer.

Nothing of ours runs then, so the proxy itself says what time it is: Caddy fills its templates in at every
request; for other proxies the same page carries a script of a few lines (docs/adr/0023).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from madoguchi.outages import OVERRUN_RETRY, Outage
from madoguchi.tenancy import City, directory
from madoguchi.web.brands import known_of
from madoguchi.web.languages import DEFAULT, LANGUAGES, html_lang
from madoguchi.web.maintenance import moment_text

DOWN: Final = "down"
DOWN_RETRY: Final = timedelta(minutes=5)
STILL_EXTENDED: Final = timedelta(days=1)
"""So long after the end of work that opens by itself a site that is down is taken to be still at it."""
WRITTEN_EVERY: Final = timedelta(minutes=10)
MOST: Final = 5
DEFAULT_NAME: Final = "default"
SUFFIX: Final = ".html"
KINDS: Final = ("caddy", "plain")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the page can say, and the times between which it does."""

    state: str
    since: int
    until: int | None
    retry: int | None
    """Seconds after which to come back; none while it is the time left until the planned end."""


def write_pages(*, folder: str, now: datetime) -> int:
    """Write the page of every host that changed; count them."""
    written = 0
    for name, city in _hosts():
        for kind in KINDS:
            text = page(city=city, kind=kind, now=now)
            written += _write(Path(folder) / kind / f"{name}{SUFFIX}", text)
    return written


def page(*, city: City | None, kind: str, now: datetime) -> str:
    """Draw the page of a city in one of the two kinds; without a city it names nobody."""
    outages = [each for each in city.planned_outages if _matters(each, now)][:MOST] if city else []
    steps = list(_steps(outages))
    # Without a script: what is true while the newest pages wait to be written.
    guess = _state_at(steps, now + WRITTEN_EVERY) if kind == "plain" else ""
    context = {
        "parts": [(html_lang(code), _part(code, city, outages, guess)) for code, _label in LANGUAGES],
        "steps": steps,
        "names": [_quiet(city.name), _quiet(city.name_en)] if city else [],
    }
    return render_to_string(f"tenants/outages/proxy_{kind}.html", context)


def _hosts() -> Iterable[tuple[str, City | None]]:
    yield DEFAULT_NAME, None
    for city in directory().all():
        for url in (city.resident_url, city.staff_url):
            if url:
                yield url.partition("://")[2].partition(":")[0], city


def _matters(outage: Outage, now: datetime) -> bool:
    return not (outage.opens_by_itself and outage.ends_at + STILL_EXTENDED < now)


def _steps(outages: Sequence[Outage]) -> Iterable[Step]:
    """List what the page can say, in the order in which the first that fits is said."""
    for number, outage in enumerate(outages):
        starts_at, ends_at = int(outage.starts_at.timestamp()), int(outage.ends_at.timestamp())
        yield Step(state=f"planned{number}", since=starts_at, until=ends_at, retry=None)
        yield Step(
            state=f"extended{number}",
            since=ends_at,
            until=ends_at + int(STILL_EXTENDED.total_seconds()) if outage.opens_by_itself else None,
            retry=int(OVERRUN_RETRY.total_seconds()),
        )


def _state_at(steps: Sequence[Step], moment: datetime) -> str:
    now = int(moment.timestamp())
    fitting = (each.state for each in steps if each.since <= now and (each.until is None or now < each.until))
    return next(fitting, DOWN)


def _part(language: str, city: City | None, outages: Sequence[Outage], guess: str) -> SafeString:
    """Draw what is said in one language, every state of it; a guess names the one that is seen first."""
    with override(language):
        said = [(DOWN, _said(city, language, {}))]
        for number, outage in enumerate(outages):
            facts = {"reason": _quiet(outage.reason(language))}
            planned = {**facts, "reopening": _quiet(moment_text(outage.ends_at, language=language))}
            said.append((f"planned{number}", _said(city, language, {**planned, "is_plain": bool(guess)})))
            said.append((f"extended{number}", _said(city, language, {**facts, "is_extended": True})))
        return mark_safe("".join(_guarded(state, text, guess) for state, text in said))  # noqa: S308


def _said(city: City | None, language: str, facts: Mapping[str, object]) -> str:
    phone = _quiet(known_of(city).get("phone", "")) if city else ""
    heading = "h1" if language == DEFAULT else "h2"
    return render_to_string("tenants/outages/proxy_part.html", {"phone": phone, "heading": heading, **facts})


def _guarded(state: str, text: str, guess: str) -> str:
    """Show a text in its state only."""
    if not guess:
        return f'{{{{if eq $state "{state}"}}}}{text}{{{{end}}}}'
    return f'<div data-state="{state}"{"" if state == guess else " hidden"}>{text}</div>'


def _quiet(text: str) -> SafeString:
    """Escape a text for the page and for the templates of the proxy: no brace of it opens anything."""
    return mark_safe(escape(text).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S308


def _write(path: Path, text: str) -> int:
    """Replace a file in one step, unless it says the same already."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return 1
