"""Make a form, correct it, print it, and give it out as data: printing is one way of several."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.documents.rare import without_rare
from madoguchi.errors import Invalid, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.tables import files
from plugins.card_management.declarations.forms import SORTS, SOURCE_LABELS
from plugins.card_management.models.forms import VERSION_SEALED, FormRecord, FormTemplate, FormVersion
from plugins.card_management.rules.forms_filling import FilledForm
from plugins.card_management.services import forms_signing
from plugins.card_management.services.forms_facts import refuse_masked
from plugins.card_management.services.forms_setting import Press
from plugins.card_management.services.forms_templates import layout_of
from plugins.card_management.services.reach import reached

SCHEMA: Final = "madoguchi.form/1"
LONGEST: Final = 200


class FormNotFound(NotFound):
    """There is no such form, or none for this reader."""

    code = "form_not_found"
    message = _("この申請書は見つかりません。")


class TooLong(Invalid):
    """A field was typed with more than any form can hold."""

    code = "form_field_too_long"
    message = _("長すぎる入力があります（200文字まで）。短くしてください。")


class ReasonMissing(Invalid):
    """Somebody corrects a form and does not say why."""

    code = "form_reason_missing"
    message = _("直した理由を入力してください。")


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One field as it stands in a version."""

    name: str
    label: str
    text: str
    shown: str
    source: str
    problem: str
    rare: bool


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """One version, opened."""

    version: FormVersion
    fields: tuple[FieldView, ...]

    @property
    def rare(self) -> tuple[str, ...]:
        """List the fields with characters that cannot be printed as they are."""
        return tuple(each.label for each in self.fields if each.rare)


def make(
    *, template: FormTemplate, card_id: UUID | None, filled: FilledForm, actor: Actor, now: datetime
) -> FormRecord:
    """Keep a filled form as its first version.

    Raises TooLong.
    """
    with transaction.atomic():
        record = FormRecord.objects.create(
            key=template.key,
            card_id=card_id,
            made_at=now,
            made_by_id=actor.id,
            made_by_name=actor.name,
            updated_at=now,
        )
        _write(record, template, filled, "", actor, now)
        _record("form_made", record, actor, now)
    return record


def correct(
    *, record_id: UUID, template: FormTemplate, filled: FilledForm, reason: str, actor: Actor, now: datetime
) -> FormRecord:
    """Keep a corrected form as a new version; the earlier ones stay, and the signature stays with its own.

    Raises FormNotFound, ReasonMissing and TooLong.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        record = FormRecord.objects.select_for_update().filter(id=record_id).first()
        if record is None:
            raise FormNotFound(record=str(record_id))
        record.latest += 1
        record.updated_at = now
        _write(record, template, filled, reason.strip()[:LONGEST], actor, now)
        _record("form_corrected", record, actor, now)
    return record


def find(*, record_id: UUID, eyes: Eyes) -> FormRecord:
    """Find a form that this reader may see.

    Raises FormNotFound and FormIsMasked.
    """
    refuse_masked(eyes)
    found = FormRecord.objects.select_related("card").filter(own_records(eyes), id=record_id).first()
    if found is None:
        raise FormNotFound(record=str(record_id))
    return found


def own_records(eyes: Eyes, /) -> Q:
    """Say which forms a reader's work reaches: those of its cards, and those of no card."""
    return Q() if eyes.places is None else Q(card__isnull=True) | reached(eyes, card="card__")


def version_of(*, record: FormRecord, number: int = 0) -> FormVersion:
    """Give one version of a form, the newest where none is named.

    Raises FormNotFound.
    """
    wanted = number or record.latest
    found = (
        FormVersion.objects.select_related("template", "record").filter(record=record, number=wanted).first()
    )
    if found is None:
        raise FormNotFound(record=str(record.id), version=wanted)
    return found


def opened(version: FormVersion) -> VersionView:
    """Open one version."""
    content = vault.open_sealed(sealed=version.sealed, place=VERSION_SEALED, row=version.id)
    fields = tuple(
        FieldView(
            name=each["name"],
            label=each["label"],
            text=each["text"],
            shown=each["shown"],
            source=each["source"],
            problem=each["problem"],
            rare=bool(without_rare(each["text"])[1]),
        )
        for each in content["fields"]
    )
    return VersionView(version=version, fields=fields)


def reason_of(version: FormVersion) -> str:
    """Open why a version was made; who writes a reason may name somebody."""
    content = vault.open_sealed(sealed=version.sealed, place=VERSION_SEALED, row=version.id)
    return str(content.get("reason") or version.reason)


def versions_of(*, record: FormRecord) -> list[FormVersion]:
    """List the versions of a form with their reasons, the newest first."""
    found = list(record.versions.select_related("template").order_by("-number"))
    for version in found:
        version.reason = reason_of(version)
    return found


def pdf(*, version: FormVersion, now: datetime) -> bytes:
    """Set a version as it was laid out when it was made."""
    seen = opened(version)
    press = Press(
        title=str(SORTS[version.template.key].title),
        layout=layout_of(version.template),
        signature=forms_signing.picture_of(version.id),
    )
    texts = {each.name: each.text for each in seen.fields}
    texts["code"] = f"FORM:{version.record_id}:{version.number}"
    if press.signature:
        texts["signature"] = "signed"
    press.add(texts)
    return press.pdf(now=now)


def as_json(version: FormVersion) -> str:
    """Write a version as data for other systems."""
    seen = opened(version)
    signature = getattr(version, "signature", None)
    return json.dumps(
        {
            "schema": SCHEMA,
            "form": version.template.key,
            "title": str(SORTS[version.template.key].title),
            "template_version": version.template.version,
            "record": str(version.record_id),
            "version": version.number,
            "made_at": version.made_at.isoformat(),
            "made_by": version.made_by_name,
            "fields": [
                {"name": each.name, "label": each.label, "value": each.text, "source": each.source}
                for each in seen.fields
            ],
            "signature": {"sha256": signature.sha256, "media_type": "image/png"} if signature else None,
        },
        ensure_ascii=False,
        indent=2,
    )


def as_csv(version: FormVersion, *, mark: str) -> str:
    """Write a version as lines for a spreadsheet, of which none is run as a formula."""
    heads = [str(_("項目")), str(_("内容")), str(_("情報の元"))]
    lines = [[each.label, each.shown, str(SOURCE_LABELS[each.source])] for each in opened(version).fields]
    return files.csv_text([heads, *lines], mark=mark)


def compared(one: VersionView, other: VersionView) -> list[tuple[str, str, str, bool]]:
    """Set two versions side by side: label, before, after, whether it changed."""
    before = {each.name: each for each in one.fields}
    after = {each.name: each for each in other.fields}
    names = [*before, *(name for name in after if name not in before)]
    return [_pair(before.get(name), after.get(name)) for name in names]


def _pair(one: FieldView | None, other: FieldView | None) -> tuple[str, str, str, bool]:
    label = (other or one).label  # type: ignore[union-attr]
    texts = (one.shown if one else "", other.shown if other else "")
    return label, *texts, texts[0] != texts[1]


def _write(
    record: FormRecord, template: FormTemplate, filled: FilledForm, reason: str, actor: Actor, now: datetime
) -> None:
    if any(len(each.text) > LONGEST for each in filled.fields):
        raise TooLong
    key = uuid4()
    FormVersion.objects.create(
        id=key,
        record=record,
        number=record.latest,
        template=template,
        sealed=vault.seal(fields={**_content(filled), "reason": reason}, place=VERSION_SEALED, row=key),
        typed=filled.typed,
        by_hand=filled.by_hand,
        made_at=now,
        made_by_id=actor.id,
        made_by_name=actor.name,
    )
    record.typed, record.by_hand = filled.typed, filled.by_hand
    record.save(update_fields=["latest", "typed", "by_hand", "updated_at"])


def _content(filled: FilledForm) -> Mapping[str, Any]:
    return {
        "fields": [
            {
                "name": each.place.name,
                "label": each.place.label,
                "text": each.text,
                "shown": each.shown,
                "source": each.source,
                "problem": each.problem,
            }
            for each in filled.fields
            if each.place.kind not in ("signature", "qr", "nw7")
        ]
    }


def _record(action: str, record: FormRecord, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type="card_management.form",
        object_ids=[str(record.id)],
        details={"form": record.key, "version": record.latest, "typed": record.typed},
        now=now,
    )
