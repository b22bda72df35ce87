"""The pages that a city must have before it opens, and the documents that residents agree to."""

from datetime import date

from django.conf import settings
from wagtail.models import Page

from cms.versions import JAPANESE, Document, LegalVersion
from madoguchi.hooks.contracts.legal import LegalDocument, LegalDocuments
from madoguchi.web.languages import PREFIXES

LEGAL_SLUGS = (str(Document.TERMS), str(Document.PRIVACY), str(Document.ACCESSIBILITY))
TO_AGREE = (str(Document.TERMS), str(Document.PRIVACY))
"""What residents agree to before a city takes in anything of theirs."""


def has_every_legal_page() -> bool:
    """Tell whether every legal page is published in every language of the site."""
    published = set(
        Page.objects.live().filter(slug__in=LEGAL_SLUGS).values_list("locale__language_code", "slug")
    )
    return all((code, slug) in published for code, _name in settings.LANGUAGES for slug in LEGAL_SLUGS)


def count_unread_legal_pages() -> int:
    """Count the legal pages in Japanese that no editor has published since the city was made."""
    pages = Page.objects.live().filter(slug__in=LEGAL_SLUGS, locale__language_code=settings.LANGUAGE_CODE)
    return int(pages.filter(last_published_at=None).count())


def documents(*, language: str, today: date) -> LegalDocuments:
    """Name what residents agree to, in the version that applies today, and what is not published."""
    slugs, kept = _published(), _in_force(today=today)
    readable = [name for name in TO_AGREE if name in slugs and (name, JAPANESE) in kept]
    # A city founded before there were versions has this one page, and keeps working with it.
    wanted, found = (TO_AGREE, readable) if kept else ((str(Document.PRIVACY),), list(slugs))
    return LegalDocuments(
        in_force=tuple(
            _document(kept[name, JAPANESE], kept.get((name, language)), slug=slugs[name], language=language)
            for name in readable
        ),
        missing=tuple(name for name in wanted if name not in found),
    )


def _published() -> dict[str, str]:
    """Map the documents whose Japanese page is published to their addresses below the home."""
    found = Page.objects.live().public().filter(locale__language_code=JAPANESE)
    by_slug = dict.fromkeys(found.filter(slug__in=TO_AGREE).values_list("slug", flat=True))
    by_kind = dict(found.filter(legalpage__document__in=TO_AGREE).values_list("legalpage__document", "slug"))
    return {**{slug: slug for slug in by_slug}, **by_kind}


def _in_force(*, today: date) -> dict[tuple[str, str], list[LegalVersion]]:
    """List the versions that apply or once did, by document and language, the newest first."""
    found: dict[tuple[str, str], list[LegalVersion]] = {}
    rows = LegalVersion.objects.filter(document__in=TO_AGREE, effective_on__lte=today).defer("html", "lead")
    for version in rows:
        found.setdefault((version.document, version.language), []).append(version)
    return found


def _document(
    original: list[LegalVersion], read: list[LegalVersion] | None, *, slug: str, language: str
) -> LegalDocument:
    newest = original[0]
    renewed = [version.number for version in original if version.needs_consent]
    return LegalDocument(
        name=newest.document,
        title=(read or original)[0].title,
        url=f"{PREFIXES.get(language, '')}/{slug}/",
        version=newest.number,
        effective_on=newest.effective_on,
        agreed_from=max(renewed, default=1),
    )
