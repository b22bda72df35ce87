"""Where files come from and where they lie: folders of scanners and other machines, media, buckets."""

from pathlib import Path
from typing import Any, Final

from deploy.settings import environment

FOLDER: Final = "madoguchi.web.media.CityStorage"
BUCKET: Final = "madoguchi.web.object_store.CityObjectStore"
STATIC: Final = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def places(var: Path) -> dict[str, Any]:
    """Name the folders below which every city has its own, and what may be asked for files."""
    return {
        # Files of cities on other machines: the networks whose servers may be asked.
        "FILE_NETWORKS": environment.words("MADOGUCHI_FILE_NETWORKS"),
        "FILE_INBOX": str(environment.folder("MADOGUCHI_FILE_INBOX", var / "inbox")),
        # Scanned paper: where scanners lay files, and what reads letters on it, if anything.
        "SCAN_INBOX": str(environment.folder("MADOGUCHI_SCAN_INBOX", var / "scan-inbox")),
        # Where this machine sees the database's own files, and who vouches for disks that it cannot see.
        "DATABASE_FOLDER": environment.text("MADOGUCHI_DATABASE_FOLDER", ""),
        "DISK_EVIDENCE": environment.text("MADOGUCHI_DISK_EVIDENCE", ""),
        "SCAN_LETTERS": environment.choice("MADOGUCHI_SCAN_LETTERS", of=("", "tesseract"), default=""),
    }


def storages() -> dict[str, Any]:
    """Name the stores of this installation."""
    return {
        "default": {"BACKEND": FOLDER},
        "staticfiles": {"BACKEND": STATIC},
        # Pictures of scanned paper, each encrypted under a key of its own before it comes here.
        "scans": _scans(),
    }


def _scans() -> dict[str, Any]:
    bucket = environment.text("MADOGUCHI_SCANS_BUCKET", "")
    if not bucket:
        return {"BACKEND": FOLDER}
    # Credentials come as the SDK finds them, never from here.
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "endpoint_url": environment.text("MADOGUCHI_SCANS_ENDPOINT", "") or None,
        "region_name": environment.text("MADOGUCHI_SCANS_REGION", "") or None,
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
    }
    return {"BACKEND": BUCKET, "OPTIONS": options}
