"""What a backup set holds: every table with its rows and hash, so that a restored city can be compared."""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from madoguchi.errors import DomainError
from madoguchi.ledger import vault
from tenants.rules.codes import is_valid_code

FILE = "manifest.json"
SEAL = "manifest.seal"
PURPOSE = "tenants.backup"
FORMAT = 1
CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHUNK = 1 << 20
# The city's lines in the list of cities, and the column by which each is this city's.
OWN = {
    "tenants_city": "uuid",
    "tenants_domain": "tenant_id",
    "tenants_pluginswitch": "city_id",
    "tenants_contract": "city_id",
    "tenants_bookingdatachoice": "city_id",
}


class BrokenBackup(DomainError):
    """A backup set is not what its manifest says; nothing of it is taken."""

    code = "broken_backup"

    def __str__(self) -> str:
        return f"this backup set cannot be taken: {self.details.get('reason')}"


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """The rows of one table, as COPY writes them; an empty table has no file."""

    name: str
    columns: Sequence[str]
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SequenceValue:
    """Where the numbers of one sequence stand."""

    name: str
    last_value: int
    is_called: bool


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Everything that is said about a backup set."""

    code: str
    uuid: str
    name: str
    schema_name: str
    exported_at: str
    server_version: int
    migrations: Sequence[str]
    tables: Sequence[TableFile]
    sequences: Sequence[SequenceValue]
    public: Mapping[str, Sequence[Mapping[str, Any]]]
    media: Mapping[str, str]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(table.rows for table in self.tables)


def table_file(folder: Path, name: str) -> Path:
    """Name the file of a table."""
    return folder / "tables" / f"{name}.copy"


def media_folder(folder: Path) -> Path:
    """Name the folder of the city's files."""
    return folder / "media"


def write(manifest: Manifest, folder: Path) -> None:
    """Write a manifest and its seal, which only who holds the city's key can make."""
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    write_file(folder / FILE, content)
    write_file(folder / SEAL, f"{_seal(content, manifest.uuid)}\n".encode())


def write_file(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, and wait until it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Wait until everything in a folder is on the disk."""
    for path in (*folder.rglob("*"), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(folder: Path) -> Manifest:
    """Read a manifest and check every file against it.

    Raises BrokenBackup.
    """
    try:
        content = (folder / FILE).read_bytes()
        seal = (folder / SEAL).read_text(encoding="ascii").strip()
    except OSError as error:
        raise BrokenBackup(reason=f"{error.filename} is missing") from error
    try:
        found = _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenBackup(reason="the manifest cannot be read") from error
    _check_city(found)
    if not hmac.compare_digest(_seal(content, found.uuid).encode(), seal.encode()):
        raise BrokenBackup(reason="the manifest was changed")
    _check_files(found, folder)
    return found


def _seal(content: bytes, uuid: str) -> str:
    try:
        return vault.signature(content=content, purpose=PURPOSE, city=UUID(uuid))
    except vault.CityKeyMissing as missing:
        raise BrokenBackup(reason="the city's key is not in the key store") from missing


def hash_of(path: Path) -> str:
    """Compute the hash of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _parsed(content: Mapping[str, Any]) -> Manifest:
    if content.get("format") != FORMAT:
        raise BrokenBackup(reason=f"format {content.get('format')} is not known")
    tables = [TableFile(**table) for table in content["tables"]]
    sequences = [SequenceValue(**sequence) for sequence in content["sequences"]]
    return Manifest(**{**content, "tables": tables, "sequences": sequences})


def _check_city(manifest: Manifest) -> None:
    """Refuse a set that would enter rows or files of any city but the one it names."""
    cities = [(row.get("code"), row.get("schema_name")) for row in manifest.public.get("tenants_city", ())]
    if (
        not is_valid_code(manifest.code)
        or not CANONICAL.fullmatch(manifest.uuid)
        or manifest.schema_name != f"c_{manifest.code}"
        or cities != [(manifest.code, manifest.schema_name)]
        or manifest.public.keys() != OWN.keys()
        or any(row.get(OWN[table]) != manifest.uuid for table in OWN for row in manifest.public[table])
    ):
        raise BrokenBackup(reason="it does not speak of one city")


def _check_files(manifest: Manifest, folder: Path) -> None:
    expected = {table_file(folder, table.name): table.sha256 for table in manifest.tables if table.rows}
    expected |= {media_folder(folder) / name: sha256 for name, sha256 in manifest.media.items()}
    for path, sha256 in expected.items():
        # Neither a way out of the folder nor a link that leads out of it.
        if not path.is_file() or path.resolve() != folder.resolve() / path.relative_to(folder):
            raise BrokenBackup(reason=f"{path.name} is missing")
        if hash_of(path) != sha256:
            raise BrokenBackup(reason=f"{path.name} was changed")
