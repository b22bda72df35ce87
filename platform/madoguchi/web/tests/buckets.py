"""Buckets for the tests: behind the simulator of the S3 protocol, and in a real object store where one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import boto3
import pytest

from madoguchi.web.tests import swift

STORES = (
    pytest.param("simulated_store", id="simulator"),
    pytest.param("real_store", id="swift", marks=swift.needs_swift),
)
STORE = "madoguchi.web.object_store.CityObjectStore"
REGION = "us-east-1"


@contextmanager
def simulator() -> Iterator[str]:
    """Run moto's server; gives its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real object store for all tests of this worker: it takes seconds to start."""
    with swift.swift_store(tmp_path_factory.mktemp("swift")) as address:
        yield address


@pytest.fixture
def simulated_store() -> Iterator[str]:
    """The simulator of the protocol."""
    with simulator() as address:
        yield address


@pytest.fixture(params=STORES)
def bucket(request: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A bucket in each store that can be had, where the scans of cities lie."""
    address = request.getfixturevalue(request.param)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", swift.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", swift.SECRET)
    made = boto3.resource("s3", endpoint_url=address, region_name=REGION).Bucket(f"scans-{uuid4().hex}")
    made.create()
    options = {
        "bucket_name": made.name,
        "endpoint_url": address,
        "region_name": REGION,
        "default_acl": None,
    }
    settings.STORAGES = {**settings.STORAGES, "scans": {"BACKEND": STORE, "OPTIONS": options}}
    return made
