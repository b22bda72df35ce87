"""Where large sealed files lie: in the folder of media, or in a bucket of an object store."""

from typing import Any

from deploy.settings import environment

FOLDER = "madoguchi.web.media.CityStorage"
BUCKET = "madoguchi.web.object_store.CityObjectStore"


def storage() -> dict[str, Any]:
    """Name the store of this installation; credentials come as the SDK finds them, never from here."""
    bucket = environment.text("MADOGUCHI_SCANS_BUCKET", "")
    if not bucket:
        return {"BACKEND": FOLDER}
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "endpoint_url": environment.text("MADOGUCHI_SCANS_ENDPOINT", "") or None,
        "region_name": environment.text("MADOGUCHI_SCANS_REGION", "") or None,
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
    }
    return {"BACKEND": BUCKET, "OPTIONS": options}
