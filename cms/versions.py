"""Versions of legal documents: kept when a page is published, read by residents, never changed."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor

JAPANESE = settings.LANGUAGE_CODE
PUBLISHED = "cms.legal_version_published"
OBJECT = "cms.legal_version"
SAME = ("title", "lead", "html", "effective_on", "needs_consent")


class Document(models.TextChoices):
    TERMS = "terms", _("利用規約")
    PRIVACY = "privacy", _("個人情報の取り扱い")
    ACCESSIBILITY = "accessibility", _("ウェブアクセシビリティ方針")


class LegalVersion(models.Model):
    """A legal page as it was published once; nobody changes it afterwards.

    The Japanese text counts: its versions are numbered, a translation carries the number of the version
    that it translates, and an edition of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.CharField(max_length=20, choices=Document)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    edition = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=255)
    lead = models.TextField(blank=True)
    html = models.TextField()
    effective_on = models.DateField()
    needs_consent = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=100)

    class Meta:
        app_label = "cms"
        default_permissions = ()
        ordering = ("-number", "-edition")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "language", "number", "edition"], name="legal_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.language} {self.number}.{self.edition}"


class Written(Protocol):
    """A page whose publications are kept."""

    document: str
    title: str
    lead: str
    body: Any
    locale: Any
    effective_on: Any
    needs_consent: bool
    last_published_at: Any


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A version on the page, and what else there is to read."""

    version: LegalVersion
    is_in_force: bool
    coming: LegalVersion | None
    older: Sequence[LegalVersion]
    is_behind: bool
    """Whether the Japanese text is newer than this translation."""
    today: date


def keep(*, page: Written, by: Any) -> LegalVersion | None:
    """Keep a page as it was just published; nothing when it reads and applies as the newest version does."""
    actor = staff_actor(by) if isinstance(by, Staff) else SYSTEM
    made = _version_of(page, at=page.last_published_at, by=actor.name or gettext("自動"))
    newest = LegalVersion.objects.filter(document=made.document, language=made.language).first()
    if newest is not None and _is_the_same(newest, made):
        return None
    if made.language == JAPANESE:
        made.number = newest.number + 1 if newest else 1
    elif newest is not None and newest.number == made.number:
        made.edition = newest.edition + 1
    made.save(force_insert=True)
    _record(made, actor=actor, now=made.published_at)
    return made


def keep_first(*, pages: Iterable[Written], today: date, now: datetime) -> None:
    """Keep the first versions of a new city's pages, which nobody has published yet."""
    made = [_version_of(page, at=now, by=gettext("最初の文")) for page in pages]
    for version in made:
        version.number, version.effective_on = 1, today
    LegalVersion.objects.bulk_create(made)


def reading(*, document: str, language: str, wanted: str, today: date) -> Reading | None:
    """Choose the version to show: the wanted one, or the one in force; None where there is none at all."""
    found = newest_editions(document=document, language=language)
    if not found:
        return None
    in_force = next((one for one in found if one.effective_on <= today), None)
    shown = next((one for one in found if str(one.number) == wanted), in_force or found[-1])
    japanese = LegalVersion.objects.filter(document=document, language=JAPANESE, effective_on__lte=today)
    newest = japanese.values_list("number", flat=True).first() or 0
    return Reading(
        version=shown,
        is_in_force=shown is in_force,
        coming=next((one for one in reversed(found) if one.effective_on > today), None),
        older=[one for one in found if one is not shown and one.effective_on <= today],
        is_behind=shown is in_force and shown.number < newest,
        today=today,
    )


def newest_editions(*, document: str, language: str) -> list[LegalVersion]:
    """List the versions of a document in a language, the newest first, each in its newest edition."""
    newest: dict[int, LegalVersion] = {}
    for version in LegalVersion.objects.filter(document=document, language=language):
        newest.setdefault(version.number, version)
    return list(newest.values())


def newest_day(*, document: str) -> date | None:
    """Name the day from which the newest version applies, if there is one."""
    versions = LegalVersion.objects.filter(document=document, language=JAPANESE)
    return versions.values_list("effective_on", flat=True).first()


def digest(version: LegalVersion) -> str:
    """Compute what proves that a version still reads as it was published."""
    parts = (version.title, version.lead, version.html, version.effective_on.isoformat())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_the_same(newest: LegalVersion, made: LegalVersion) -> bool:
    is_of_one_number = made.language == JAPANESE or newest.number == made.number
    return is_of_one_number and all(getattr(newest, name) == getattr(made, name) for name in SAME)


def _version_of(page: Written, *, at: Any, by: str) -> LegalVersion:
    language = page.locale.language_code
    with override(language):
        html = str(page.body.render_as_block({"page": page}))
    original = None
    if language != JAPANESE:
        original = LegalVersion.objects.filter(document=page.document, language=JAPANESE).first()
    applies: Any = original or page
    day: Any = applies.effective_on or (at.date() if at else None)
    return LegalVersion(
        document=page.document,
        language=language,
        number=original.number if original else 1,
        title=page.title,
        lead=page.lead,
        html=html,
        effective_on=day,
        needs_consent=applies.needs_consent,
        published_at=at,
        published_by=by,
    )


def _record(version: LegalVersion, *, actor: Actor, now: Any) -> None:
    audit.record(
        actor=actor,
        action=PUBLISHED,
        object_type=OBJECT,
        object_ids=[str(version.id)],
        details={
            "document": version.document,
            "language": version.language,
            "version": version.number,
            "effective_on": version.effective_on.isoformat(),
            "needs_consent": str(version.needs_consent),
            "sha256": digest(version),
        },
        now=now,
    )
