"""Before a deployment every disk that is not seen to be encrypted is named, unless somebody vouches."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from madoguchi.ledger.vault.disks import Standing
from tenants import disks


@pytest.fixture
def seen(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """An installation whose database lies on this machine; every disk below it is encrypted."""
    settings.MADOGUCHI = {
        **settings.MADOGUCHI,
        "DATABASE_FOLDER": str(tmp_path),
        "DISK_EVIDENCE": "",
        "JOURNAL": str(tmp_path / "not" / "there" / "yet"),
    }
    kept: dict[str, Any] = {"open": ()}

    def standing(folder: Path) -> Standing:
        is_open = folder in kept["open"]
        return Standing(is_encrypted=not is_open, seen="ext4" if is_open else "dm-crypt")

    monkeypatch.setattr("madoguchi.ledger.vault.disks.standing", standing)
    return kept


def test_nothing_is_said_where_every_disk_is_encrypted(seen: dict[str, Any]) -> None:
    assert disks.encrypted_disks() == []
    call_command("disks")


def test_an_open_disk_is_named_and_whoever_vouches_is_believed(
    seen: dict[str, Any], tmp_path: Path, settings: Any, capsys: Any
) -> None:
    seen["open"] = (tmp_path,)
    found = disks.encrypted_disks()
    # A folder that is not there yet will lie on the disk of the one that holds it.
    assert [message.msg.partition(" (")[0] for message in found] == ["database", "journal"]
    assert {message.id for message in found} == {"madoguchi.W020"}
    with pytest.raises(CommandError, match="MADOGUCHI_DISK_EVIDENCE"):
        call_command("disks")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "DISK_EVIDENCE": "LUKS2, seen by 900001 on 2026-11-01"}
    assert disks.encrypted_disks() == []
    call_command("disks")
    said = capsys.readouterr().out
    assert "NOT SEEN   database" in said
    assert "evidence   LUKS2, seen by 900001 on 2026-11-01" in said


def test_a_database_on_another_machine_cannot_be_seen(seen: dict[str, Any], settings: Any) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "DATABASE_FOLDER": ""}
    (found,) = disks.encrypted_disks()
    assert found.msg.startswith("database")
    assert disks.ELSEWHERE in found.msg


def test_a_folder_that_cannot_be_looked_at_is_not_taken_for_encrypted(
    seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(folder: Path) -> Standing:
        raise PermissionError(folder)

    monkeypatch.setattr("madoguchi.ledger.vault.disks.standing", closed)
    assert all(disks.UNSEEN in message.msg for message in disks.encrypted_disks())
