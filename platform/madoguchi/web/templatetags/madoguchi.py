"""Tags and filters that every template has without loading them."""

import re
from datetime import date, datetime
from typing import Protocol

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_cotton.templatetags import Attrs

from madoguchi import clock
from madoguchi.web import brands, calendars, dates, drafts, forms, phones
from madoguchi.words import days
from madoguchi.words import ruby as readings

register = template.Library()
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々]")


class Spanning(Protocol):
    """Whatever begins and ends: a slot, a booking."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class Placed(Protocol):
    """Whatever has an address."""

    @property
    def address(self) -> str: ...
    def address_in(self, language: str) -> str: ...


def _language() -> str:
    return get_language() or "ja"


def _read_aloud(text: str) -> str:
    return days.with_readings(text) if _language() == "ja-easy" else text


@register.filter
def wareki(value: date | datetime | None) -> str:
    """Write a day for staff: R8.12.09."""
    return dates.short_era_date(dates.as_day(value)) if value else ""


@register.filter
def wareki_long(value: date | datetime | None) -> str:
    """Write a day as letters do: 令和8年12月9日."""
    return dates.long_era_date(dates.as_day(value)) if value else ""


@register.filter
def wareki_moment(value: datetime | None) -> str:
    """Write a moment for staff: R8.12.09 14:05."""
    return f"{wareki(value)} {dates.japanese_time(value)}" if value else ""


@register.filter
def full_date(value: date | datetime | None) -> str:
    """Write a day for residents in the language of the page."""
    return _read_aloud(dates.full_date(dates.as_day(value), language=_language())) if value else ""


@register.filter
def visit_day(value: date | datetime) -> SafeString:
    """Write a day for residents, in the language of the page and never broken before its weekday."""
    day, language = dates.as_day(value), _language()
    if language == "en":
        return format_html("{}", dates.full_date(day, language=language))
    parts = (dates.year_name(day, language=language), dates.month_and_day(day, language=language))
    return format_html('{}<span class="nw">{}</span>', *map(_read_aloud, parts))


@register.filter
def month_day(value: date | datetime | None) -> str:
    """Write a day without its year in the language of the page."""
    return _read_aloud(dates.month_and_day(dates.as_day(value), language=_language())) if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """Name the day of the week in the language of the page."""
    return _read_aloud(dates.weekday(dates.as_day(value), language=_language())) if value else ""


@register.filter
def jst_time(value: datetime | None) -> str:
    """Write the time of day in Japan."""
    return dates.japanese_time(value) if value else ""


@register.filter
def time_span(visit: Spanning) -> SafeString:
    """Write from when to when, in one piece: 9:00〜9:30."""
    text = dates.time_span(visit.starts_at, visit.ends_at, language=_language())
    return format_html('<span class="nw">{}</span>', text)


@register.filter
def people(number: int) -> str:
    """Write how many come, in the language of the page."""
    return _read_aloud(dates.people(number, language=_language()))


@register.filter
def phone_number(number: str) -> str:
    """Write a phone number as readers of the page's language dial it."""
    return phones.phone_in(number, language=_language())


@register.filter
def ruby(text: str) -> SafeString:
    """Show on pages of the staff how furigana will look; residents' pages do so by themselves."""
    return readings.to_html(text)


@register.filter
def address_of(place: Placed) -> SafeString:
    """Write the address of a place in the language of the page, or marked as Japanese."""
    return as_it_is(place.address_in(_language()))


@register.filter
def as_it_is(text: str) -> SafeString:
    """Write a name or address that the city gave, marked where it is Japanese on another page."""
    is_foreign = not _language().startswith("ja") and JAPANESE.search(text)
    return format_html('<span lang="ja">{}</span>', text) if is_foreign else format_html("{}", text)


@register.filter
def error_links(form: BaseForm | None) -> list[forms.ErrorLink]:
    """List what is to be corrected in a form."""
    return forms.error_links(form) if form is not None else []


@register.filter
def errors_of(field: BoundField) -> list[str]:
    """Say what is to be corrected in a field."""
    return forms.errors_of(field)


@register.filter
def attributes(given: Attrs) -> SafeString:
    """Write what a component was given and did not ask for, escaped; cotton itself escapes nothing."""
    pairs = given.attrs_dict().items()
    return format_html_join(" ", '{}="{}"', ((name, "" if value is True else value) for name, value in pairs))


@register.filter
def of_city(section: str, city: str) -> str:
    """Name a section with its city, once where the section's own name begins with it."""
    return section if section.startswith(city) else f"{city} {section}"


@register.filter
def hue_label(hue: str) -> str:
    """Name a colour of cities."""
    return str(brands.HUE_LABELS.get(hue, ""))


@register.filter
def mark_label(mark: str) -> str:
    """Name a sign of cities."""
    return str(brands.MARK_LABELS.get(mark, ""))


@register.filter
def phone_href(number: str) -> str:
    """Turn a phone number into what a phone can dial."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.simple_tag(takes_context=True)
def draft_field(context: template.Context) -> SafeString:
    """Mark a form whose words are kept for its typist when the session has ended meanwhile."""
    request = context.get("request")
    return drafts.hidden_field(request, now=clock.now()) if request is not None else SafeString("")


@register.simple_tag
def page_numbers(page: Page[object]) -> list[int | str]:
    """List the pages to offer, with gaps where there are many."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """Draw a sign of the sprite, hidden from screen readers: the word beside it speaks."""
    return format_html(
        '<svg class="icon {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        css,
        size,
        size,
        sprite_url(),
        name,
    )


def sprite_url() -> str:
    """Find the file of all signs, even where no manifest was collected."""
    try:
        return staticfiles_storage.url("web/icons.svg")
    except ValueError:
        return "/static/web/icons.svg"


@register.simple_tag
def calendar_frame(month: calendars.Month) -> calendars.Frame:
    """Name a month and its neighbours for the head of a calendar."""
    return calendars.frame(month, language=_language())


@register.simple_tag
def calendar_rows(
    month: calendars.Month, selected: date | None = None, query: str = "", audience: str = ""
) -> SafeString:
    """Draw the weeks of a month, each day a link where it can be chosen."""
    look = calendars.Look(
        language=_language(),
        sprite=sprite_url(),
        selected=selected,
        query=query,
        is_staff=audience == "staff",
    )
    return calendars.rows(month, look=look)
