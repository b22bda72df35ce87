"""Many pages put into the tree at once: a new city gets its site in a handful of statements."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from wagtail.models import Page, PageLogEntry
from wagtail.search.backends import get_search_backend

COPIED = [field for field in Page._meta.concrete_fields if not field.primary_key]


def plant(*, pairs: Sequence[tuple[Page, Page]], now: datetime) -> None:
    """Put published pages below their parents, which have no other children yet; each pair is parent, page.

    The same rows as one add_child after the other would leave, the log included.
    """
    _find_places(pairs)
    pages = [page for _parent, page in pairs]
    rows = Page.objects.bulk_create(
        Page(**{field.attname: getattr(page, field.attname) for field in COPIED}) for page in pages
    )
    by_kind: dict[type[Page], list[Page]] = defaultdict(list)
    for page, row in zip(pages, rows, strict=True):
        page.pk = page.id = row.pk
        # Only the page's own table: its row in the tree's table stands already.
        page.save_base(raw=True, force_insert=True, using=DEFAULT_DB_ALIAS)
        by_kind[type(page)].append(page)
    for parent in {id(parent): parent for parent, _page in pairs}.values():
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild)
    _log(pages, now)
    for kind, found in by_kind.items():
        get_search_backend().add_bulk(kind, found)


def _find_places(pairs: Sequence[tuple[Page, Page]]) -> None:
    for parent, page in pairs:
        parent.numchild += 1
        page.depth = parent.depth + 1
        page.path = Page._get_path(parent.path, page.depth, parent.numchild)
        page.draft_title = page.title
        page.set_url_path(parent)


def _log(pages: Sequence[Page], now: datetime) -> None:
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page_id=page.pk,
            content_type_id=page.content_type_id,
            label=page.title,
            action="wagtail.create",
            timestamp=now,
            data={},
            content_changed=True,
        )
        for page in pages
    )
