"""A drawn name under a form: a picture that is drawn anew, sealed, and named by its hash."""

import hashlib
import io
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from madoguchi.errors import DomainError, Invalid
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models.forms import SIGNATURE_SEALED, FormSignature, FormVersion

LARGEST_BYTES: Final = 1024 * 1024
MOST_PIXELS: Final = 16_000_000
BOX: Final = (1200, 400)
WHITE: Final = 250


class BadSignature(Invalid):
    """A file is no picture of a signature."""

    code = "bad_signature"
    message = _("PNGの画像ではありません。枠の中に書いてもらうか、PNGの画像を選び直してください。")


class EmptySignature(BadSignature):
    """Nothing was written."""

    code = "empty_signature"
    message = _("署名が空です。枠の中に書いてから、もう一度押してください。")


class LargeSignature(BadSignature):
    """A picture is far larger than any signature."""

    code = "large_signature"
    message = _("署名の画像は1MBまでです。小さくして選び直してください。")


class AlreadySigned(DomainError):
    """A version is signed once."""

    code = "already_signed"
    message = _("この版には、すでに署名があります。内容を直すと、新しい版に署名できます。")


def clean(content: bytes) -> bytes:
    """Draw a picture anew, in black on white, without anything that was hidden in its file.

    Raises BadSignature.
    """
    if not content:
        raise EmptySignature
    if len(content) > LARGEST_BYTES:
        raise LargeSignature(size=len(content))
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise LargeSignature(pixels=image.width * image.height)
            seen = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadSignature from error
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    drawn = paper.convert("L")
    darkest, _lightest = drawn.getextrema()
    if darkest >= WHITE:  # type: ignore[operator]
        raise EmptySignature
    drawn.thumbnail(BOX)
    target = io.BytesIO()
    drawn.save(target, "PNG", optimize=True)
    return target.getvalue()


def sign(*, version: FormVersion, content: bytes, actor: Actor, now: datetime) -> FormSignature:
    """Put a drawn name under a version of a form.

    Raises BadSignature and AlreadySigned.
    """
    picture, key = clean(content), uuid4()
    sealed = vault.seal(fields={"png": b64encode(picture).decode()}, place=SIGNATURE_SEALED, row=key)
    try:
        with transaction.atomic():
            made = FormSignature.objects.create(
                id=key,
                version=version,
                sha256=hashlib.sha256(picture).hexdigest(),
                sealed=sealed,
                made_at=now,
                made_by_id=actor.id,
                made_by_name=actor.name,
            )
            audit.record(
                actor=actor,
                action="card_management.form_signed",
                object_type="card_management.form",
                object_ids=[str(version.record_id)],
                details={"version": version.number, "sha256": made.sha256},
                now=now,
            )
    except IntegrityError as twice:
        raise AlreadySigned(version=version.number) from twice
    return made


def picture_of(version_id: UUID) -> bytes:
    """Open the drawn name under a version; nothing where it is not signed."""
    found = FormSignature.objects.filter(version_id=version_id).first()
    if found is None:
        return b""
    opened = vault.open_sealed(sealed=found.sealed, place=SIGNATURE_SEALED, row=found.id)
    return b64decode(str(opened["png"]))
