import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import urlize
from django.utils.safestring import SafeString

from madoguchi.hooks.values import MessageKind
from madoguchi.notifications import texts
from madoguchi.notifications.models import MessageTemplate
from madoguchi.tenancy import current_city
from madoguchi.words import ruby

FALLBACK = "ja"
CITY = "city"
EMPTY_LINES = re.compile(r"\n{3,}")
"""What an empty value leaves behind."""


@dataclass(frozen=True)
class Wording:
    """Subject and body of one kind in one language, as written."""

    subject: str
    body: str
    is_default: bool


@dataclass(frozen=True)
class Rendered:
    """A message as its reader sees it."""

    subject: str
    text: str
    html: str


def default_wording(*, kind: MessageKind, language: str) -> Wording:
    """Give the text a kind is delivered with; Japanese where a language is missing."""
    known = language if language in kind.body else FALLBACK
    return Wording(kind.subject[known], kind.body[known].strip() + "\n", is_default=True)


def wording(*, kind: MessageKind, language: str) -> Wording:
    """Give the city's own text, or the one the kind is delivered with."""
    versions = MessageTemplate.objects.filter(kind=kind.name, language=language)
    own = versions.order_by("-version").first()
    if own is None or own.is_default:
        return default_wording(kind=kind, language=language)
    return Wording(own.subject, own.body, is_default=False)


def city_name(*, language: str) -> str:
    """Name the city in the language of the message."""
    city = current_city()
    return city.name_en if language == "en" and city.name_en else city.name


def sample_values(*, kind: MessageKind, language: str) -> dict[str, str]:
    """Give the values that a preview shows."""
    samples = {each.name: each.sample for each in kind.placeholders}
    return {CITY: city_name(language=language), **samples}


def render(*, wording: Wording, values: Mapping[str, str], language: str) -> Rendered:
    """Write out a message as plain text and as simple HTML from the same words."""
    complete = {CITY: city_name(language=language), **values}
    # A subject has no room for readings, a mail no way to put them over the words.
    subject = ruby.without(" ".join(texts.fill(wording.subject, complete).split()))
    written = texts.fill(wording.body, complete).replace("\r\n", "\n")
    text = ruby.in_brackets(EMPTY_LINES.sub("\n\n", written))
    html = render_to_string(
        "notifications/mail.html",
        {
            "language": "en" if language == "en" else "ja",
            "subject": subject,
            "city_name": complete[CITY],
            "paragraphs": paragraphs(text),
        },
    )
    return Rendered(subject, text, html)


def paragraphs(text: str) -> list[SafeString]:
    """Split a text at its empty lines; what came from people is escaped, addresses become links."""
    blocks = [block for block in text.strip().split("\n\n") if block.strip()]
    return [SafeString(urlize(block.strip(), autoescape=True)) for block in blocks]
