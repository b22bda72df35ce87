"""The places from which files are picked up: kept, tried, and opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from plugins.card_management.adapters.file_places import Address, ShareTrouble
from plugins.card_management.adapters.file_shares import opened
from plugins.card_management.models.register import SOURCE_SEALED, FileSource
from plugins.card_management.rules.register_pickup import read_name

OBJECT: Final = "card_management.file_source"
SHOWN_FILES: Final = 5
# What the form asks; the secret and the confirmed key are kept apart.
FIELDS: Final = (
    "name",
    "is_on",
    "protocol",
    "host",
    "port",
    "user",
    "folder",
    "pattern",
    "format",
    "done_rule",
    "marker_suffix",
    "checksum_suffix",
    "checks_sequence",
    "expected",
    "expected_by",
    "applies_itself",
    "every_minutes",
)


class SourceNotFound(NotFound):
    """There is no such place of files."""

    code = "file_source_not_found"
    message = _("この取得元は見つかりません。")


def find(*, source_id: UUID) -> FileSource:
    """Find a place of files.

    Raises SourceNotFound.
    """
    source = FileSource.objects.filter(id=source_id).first()
    if source is None:
        raise SourceNotFound(source=str(source_id))
    return source


def add(*, values: Mapping[str, Any], secret: str, actor: Actor, now: datetime) -> FileSource:
    """Add a place of files, its password sealed."""
    key = uuid4()
    source = FileSource.objects.create(
        id=key,
        **{name: values[name] for name in FIELDS},
        sealed=_sealed(secret, key) if secret else None,
        created_at=now,
        updated_at=now,
    )
    _record("file_source_added", source, actor, now)
    return source


def change(
    *, source_id: UUID, values: Mapping[str, Any], secret: str, actor: Actor, now: datetime
) -> FileSource:
    """Change a place of files; an empty password leaves the one that is there.

    Raises SourceNotFound. Another server or user never gets the password of the one before.
    """
    source = find(source_id=source_id)
    moved = any(getattr(source, name) != values[name] for name in ("protocol", "host", "port", "user"))
    for name in FIELDS:
        setattr(source, name, values[name])
    if secret:
        source.sealed = _sealed(secret, source.id)
    elif moved:
        source.sealed = None
    if moved:
        source.host_key, source.listed, source.tested = "", {}, {}
    source.problem, source.problem_since, source.failures, source.looked_at = "", None, 0, None
    source.updated_at = now
    source.save()
    _record("file_source_changed", source, actor, now)
    return source


def remove(*, source_id: UUID, actor: Actor, now: datetime) -> None:
    """Forget a place of files with what was picked up there; what was taken in stays.

    Raises SourceNotFound.
    """
    source = find(source_id=source_id)
    _record("file_source_removed", source, actor, now)
    source.delete()


def trust(*, source_id: UUID, fingerprint: str, actor: Actor, now: datetime) -> None:
    """Confirm the key that the server showed at the last test.

    Raises SourceNotFound when it is another one.
    """
    source = find(source_id=source_id)
    if not fingerprint or source.tested.get("host_key") != fingerprint:
        raise SourceNotFound(source=str(source_id))
    source.host_key, source.updated_at = fingerprint, now
    source.save(update_fields=["host_key", "updated_at"])
    _record("file_source_trusted", source, actor, now)


def address_of(source: FileSource, /) -> Address:
    """Tell where a place is and how one gets in."""
    secret = ""
    if source.sealed:
        opened_secret = vault.open_sealed(sealed=bytes(source.sealed), place=SOURCE_SEALED, row=source.id)
        secret = str(opened_secret["secret"])
    return Address(
        protocol=source.protocol,
        host=source.host,
        port=source.port,
        user=source.user,
        secret=secret,
        host_key=source.host_key,
        folder=source.folder,
        below=str(inbox()),
    )


def inbox() -> Path:
    """Name the folder of the current city on this machine."""
    return Path(settings.MADOGUCHI["FILE_INBOX"]) / str(current_city().uuid)


def test(*, source_id: UUID, now: datetime) -> None:
    """Try to list a place, and keep what was seen for its page.

    Raises SourceNotFound.
    """
    source = find(source_id=source_id)
    seen: dict[str, Any] = {"at": now.isoformat()}
    try:
        with opened(address_of(source)) as share:
            names = [lying.name for lying in share.listing()]
    except ShareTrouble as trouble:
        seen |= {"code": trouble.code, "detail": trouble.detail}
        if trouble.code.startswith("host_key"):
            seen["host_key"] = trouble.detail
    else:
        seen = reached(source=source, names=names, now=now)
    FileSource.objects.filter(id=source.id).update(tested=seen)


def reached(*, source: FileSource, names: Sequence[str], now: datetime) -> dict[str, Any]:
    """Describe what lies in a place that could be listed, for its page."""
    fitting = [name for name in names if read_name(pattern=source.pattern, name=name)]
    shown = {"files": len(names), "fitting": len(fitting), "names": fitting[:SHOWN_FILES]}
    return {"at": now.isoformat(), "code": "", **shown}


def _sealed(secret: str, row: UUID) -> bytes:
    return vault.seal(fields={"secret": secret}, place=SOURCE_SEALED, row=row)


def _record(action: str, source: FileSource, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(source.id)],
        details={"name": source.name, "protocol": source.protocol, "host": source.host, "on": source.is_on},
        now=now,
    )
