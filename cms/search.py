"""Words on pages: kept when published, searched with plain LIKE, shown with what was found marked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.rules.words import Folded, fold, folded
from cms.words import PageWords
from madoguchi.words import ruby

LONGEST_QUERY = 100
MOST_WORDS = 8
EXCERPT = 90
AROUND = 300
TAGS = re.compile(r"<[^>]+>")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether it is what was searched for."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Hit:
    """A page that holds every word of a query."""

    page: Page
    title: Sequence[Piece]
    excerpt: Sequence[Piece]


def words_of(query: str) -> list[str]:
    """Cut a query into folded words, each once."""
    return list(dict.fromkeys(fold(word) for word in ruby.without(query).split() if fold(word)))[:MOST_WORDS]


def find(*, words: Sequence[str], language: str) -> "QuerySet[PageWords]":
    """Find what is published in a language and holds every word, pages with a word in the title first."""
    found = PageWords.objects.filter(
        page__in=Page.objects.live().public(), page__locale__language_code=language
    )
    in_title = Q()
    for word in words:
        found = found.filter(folded__contains=word)
        in_title |= Q(folded_title__contains=word)
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(rank=rank).select_related("page").order_by("rank", "page__path")


def hit(entry: PageWords, *, words: Sequence[str]) -> Hit:
    """Show where on a page the words stand."""
    return Hit(
        page=entry.page,
        title=_marked(folded(ruby.without(entry.page.title)), words),
        excerpt=_marked(_excerpt(entry.text, words), words),
    )


def remember(*, page_ids: Iterable[int]) -> None:
    """Keep the words of pages as they are published now; pages that are not published keep none."""
    ids = list(page_ids)
    PageWords.objects.filter(page_id__in=ids).delete()
    keep(pages=Page.objects.filter(pk__in=ids, live=True).specific())


def keep(*, pages: Iterable[Page]) -> None:
    """Keep the words of pages of which none are kept yet."""
    PageWords.objects.bulk_create(_entry(page) for page in pages)


def catch_up() -> int:
    """Keep the words of pages that came into being without being published, such as copies; count them."""
    missing = list(Page.objects.live().filter(depth__gt=1, words=None).values_list("pk", flat=True))
    remember(page_ids=missing)
    return len(missing)


def _entry(page: Page) -> PageWords:
    # Readings are for the eye; they would stand between the letters of a word.
    text = ruby.without(SPACES.sub(" ", " ".join(_texts(page))).strip())
    title = ruby.without(page.title)
    return PageWords(
        page_id=page.pk,
        text=text,
        folded_title=fold(title),
        folded=f"{fold(title)} {fold(text)}",
    )


def _texts(page: Page) -> Iterator[str]:
    """Read every field of a page's own kind that residents see."""
    for field in page._meta.local_fields:
        value = getattr(page, field.attname)
        if isinstance(field, StreamField):
            block = field.stream_block
            for text in block.get_searchable_content(value):
                yield str(text)
        elif isinstance(field, RichTextField):
            yield unescape(TAGS.sub(" ", value))
        elif isinstance(value, str | Promise):
            yield str(value)


def _excerpt(text: str, words: Sequence[str]) -> Folded:
    """Cut the text around the first word that is found."""
    near = _near(text, words)
    places = [at for at in (near.folded.find(word) for word in words) if at >= 0]
    start = max(min(places, default=0) - EXCERPT // 3, 0)
    first, last = near.original_at(start), near.original_at(start + EXCERPT)
    cut = near.original[first:last]
    begins, ends = text.startswith(cut), text.endswith(cut)
    return folded(f"{'' if begins else '…'}{cut}{'' if ends else '…'}")


def _near(text: str, words: Sequence[str]) -> Folded:
    """Fold what stands around the first word letter by letter: all of a long text would take its time."""
    spelled = fold(text)
    at = min((place for place in (spelled.find(word) for word in words) if place >= 0), default=0)
    around = folded(text[max(at - AROUND, 0) : at + AROUND])
    is_near = at == 0 or any(word in around.folded for word in words)
    return around if is_near else folded(text)


def _marked(text: Folded, words: Sequence[str]) -> list[Piece]:
    hits = [False] * len(text.original)
    for word in words:
        at = text.folded.find(word)
        while word and at >= 0:
            first, last = text.original_at(at), text.original_at(at + len(word))
            hits[first:last] = [True] * (last - first)
            at = text.folded.find(word, at + len(word))
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(hits) + 1):
        if place == len(hits) or hits[place] != hits[start]:
            pieces.append(Piece(text.original[start:place], hits[start]))
            start = place
    return pieces
