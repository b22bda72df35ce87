"""Figure 9: no word of a person is readable in what is kept: dump, WAL, logs, cache, files."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from madoguchi import clock
from madoguchi.accounts.models import Role
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City, in_city
from madoguchi.web.logs import JsonLines, RefusalsInOneLine, WithoutSecrets
from tests.canaries.birds import Birds, found_in, hatch
from tests.canaries.planting import plant_everywhere
from tests.canaries.stores import cached, everything, stretch_of_wal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def birds() -> Birds:
    """Somebody whom nobody else knows."""
    return hatch()


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What production would write to its log meanwhile."""
    written: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keeping(logging.INFO)
    handler.setFormatter(JsonLines())
    for each in (RefusalsInOneLine(), WithoutSecrets()):
        handler.addFilter(each)
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def _found(wal: Any, lines: list[str], birds: Birds) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for store, content in everything(wal=wal, logs=lines):
        for name in found_in(content, birds):
            found.setdefault(name, []).append(store)
    return found


def test_nobody_who_holds_a_copy_reads_a_word_of_a_person(home: City, birds: Birds, lines: list[str]) -> None:
    with stretch_of_wal() as wal:
        plant_everywhere(city=home, birds=birds)
        assert _found(wal, lines, birds) == {}


def _write_plainly(home: City, birds: Birds) -> None:
    media = Path(settings.MEDIA_ROOT) / str(home.uuid)
    media.mkdir(parents=True, exist_ok=True)
    (media / "canary.txt").write_text(birds.kana)
    with in_city(home):
        Role.objects.create(key="canary", name=birds.name)
        audit.record(
            actor=SYSTEM,
            action="exchange.uploaded",
            object_type="x",
            object_ids=[],
            details={"who": json.dumps(birds.address)},
            now=clock.now(),
        )
        cache.set("canary", birds.caller)
        logging.getLogger("madoguchi").warning("somebody called %s", birds.searched)


def test_a_word_whose_signs_repeat_is_read_in_the_cache_too(home: City, birds: Birds) -> None:
    shrinking = replace(birds, caller=birds.caller[:1] * 6)
    with in_city(home):
        cache.set("canary", shrinking.caller)
    assert any("caller" in found_in(content, shrinking) for _store, content in cached())


def test_the_search_finds_what_is_readable(home: City, birds: Birds, lines: list[str]) -> None:
    with stretch_of_wal() as wal:
        _write_plainly(home, birds)
        found = _found(wal, lines, birds)
    (Path(settings.MEDIA_ROOT) / str(home.uuid) / "canary.txt").unlink()
    assert set(found) == {"name", "kana", "address", "caller", "searched"}
    assert "dump" in found["name"]
    assert any(store.startswith("WAL") for store in found["name"])
    assert found["caller"] == ["cache"]
    assert found["searched"] == ["our logs"]
