"""What a folder rests on, read from the kernel's own description of its devices."""

import os
from pathlib import Path

import pytest

from madoguchi.ledger.vault import disks
from madoguchi.ledger.vault.disks import Standing


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine as the kernel describes it, with nothing on it."""
    (tmp_path / "machine" / "proc" / "self").mkdir(parents=True)
    return tmp_path / "machine"


def device_of(folder: Path) -> str:
    number = folder.stat().st_dev
    return f"{os.major(number)}:{os.minor(number)}"


def mounted(machine: Path, *lines: str) -> None:
    (machine / "proc" / "self" / "mountinfo").write_text("\n".join(lines) + "\n", encoding="utf-8")


def mapped(machine: Path, device: str, *, uuid: str = "", on: tuple[str, ...] = ()) -> None:
    """Describe a device: what the mapper calls it, and what it is made of."""
    about = machine / "sys" / "dev" / "block" / device
    if uuid:
        (about / "dm").mkdir(parents=True)
        (about / "dm" / "uuid").write_text(uuid, encoding="ascii")
    for part in on:
        below = about / "slaves" / part.replace(":", "-")
        below.mkdir(parents=True)
        (below / "dev").write_text(f"{part}\n", encoding="ascii")


@pytest.fixture
def folder(tmp_path: Path, machine: Path) -> Path:
    """A folder on a real device of this machine, described as one on ext4."""
    made = tmp_path / "files"
    made.mkdir()
    if os.major(made.stat().st_dev) == 0:
        pytest.skip("the temporary folder lies on no device of its own")
    mounted(machine, f"30 1 {device_of(made)} / / rw - ext4 /dev/vda rw")
    return made


def test_a_plain_disk_is_not_seen_to_be_encrypted(folder: Path, machine: Path) -> None:
    assert disks.standing(folder, machine=machine) == Standing(is_encrypted=False, seen="ext4")


def test_luks_is_seen(folder: Path, machine: Path) -> None:
    mapped(machine, device_of(folder), uuid="CRYPT-LUKS2-5f2c-madoguchi")
    assert disks.standing(folder, machine=machine) == Standing(is_encrypted=True, seen="dm-crypt")


def test_a_volume_upon_luks_is_seen(folder: Path, machine: Path) -> None:
    mapped(machine, device_of(folder), uuid="LVM-abc", on=("253:1",))
    mapped(machine, "253:1", uuid="CRYPT-LUKS2-5f2c-pv")
    assert disks.standing(folder, machine=machine).is_encrypted


def test_a_volume_that_reaches_over_an_open_disk_is_open(folder: Path, machine: Path) -> None:
    mapped(machine, device_of(folder), uuid="LVM-abc", on=("253:1", "8:16"))
    mapped(machine, "253:1", uuid="CRYPT-LUKS2-5f2c-pv")
    assert not disks.standing(folder, machine=machine).is_encrypted


def test_devices_that_are_made_of_themselves_end_the_search(folder: Path, machine: Path) -> None:
    mapped(machine, device_of(folder), on=(device_of(folder),))
    assert not disks.standing(folder, machine=machine).is_encrypted


def test_an_encrypting_file_system_is_known_by_its_mount(folder: Path, machine: Path) -> None:
    point = str(folder).replace(" ", "\\040")
    mounted(
        machine,
        f"30 1 {device_of(folder)} / / rw - ext4 /dev/vda rw",
        f"31 30 0:50 / {point} rw - ecryptfs /srv/closed rw",
    )
    assert disks.standing(folder, machine=machine) == Standing(is_encrypted=True, seen="ecryptfs")


def test_a_machine_that_says_nothing_is_not_believed(folder: Path, tmp_path: Path) -> None:
    assert disks.standing(folder, machine=tmp_path / "nothing") == Standing(is_encrypted=False, seen="?")
    with pytest.raises(OSError, match="No such file"):
        disks.standing(tmp_path / "none")
