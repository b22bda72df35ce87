"""Every way to a folder of files keeps one contract, proven against real servers (FUJ-18)."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from madoguchi import clock
from plugins.card_management.adapters import smb_shares
from plugins.card_management.adapters.file_places import Address, ShareTrouble
from plugins.card_management.adapters.file_shares import opened
from plugins.card_management.models.register import FilePickup
from plugins.card_management.services import register_picking, register_sources
from plugins.card_management.tests.register import file_of, finish, ftp_server, lay, sftp_server, source
from plugins.card_management.tests.smb import needs_samba, smb_server

Door = Callable[[Path, Path], AbstractContextManager[Address]]
FILE, CONTENT = "JUKI_20261119_1.csv", bytes(range(256)) * 3_000
HERE = {"host": "127.0.0.1", "user": "juki", "secret": "himitsu"}


@contextmanager
def by_folder(folder: Path, state: Path) -> Iterator[Address]:
    yield Address(protocol="folder", below=str(folder))


@contextmanager
def by_ftp(folder: Path, state: Path) -> Iterator[Address]:
    with ftp_server(folder) as port:
        yield Address(protocol="ftp", port=port, **HERE)


@contextmanager
def by_sftp(folder: Path, state: Path) -> Iterator[Address]:
    with sftp_server(folder) as (port, fingerprint):
        yield Address(protocol="sftp", port=port, host_key=fingerprint, **HERE)


@contextmanager
def by_smb(folder: Path, state: Path) -> Iterator[Address]:
    with smb_server(folder, state=state) as port:
        yield Address(protocol="smb", port=port, folder="/juki", **HERE)


@pytest.fixture(
    params=[by_folder, by_ftp, by_sftp, pytest.param(by_smb, marks=needs_samba)],
    ids=["folder", "ftp", "sftp", "smb"],
)
def door(request: Any, tmp_path: Path) -> Iterator[Address]:
    """A folder with one large file and one below it, behind a server."""
    folder = tmp_path / "files"
    lay(folder, FILE, CONTENT)
    lay(folder / "below", "OTHER.csv", b"1", done=False)
    with request.param(folder, tmp_path / "server") as address:
        yield address


def trouble(address: Address, *, name: str = "", largest: int = 1 << 20) -> str:
    """Name why something cannot be had."""
    with pytest.raises(ShareTrouble) as raised, opened(address) as share:
        share.read(name, largest=largest) if name else share.listing()
    return raised.value.code


def test_files_are_listed_with_their_size_and_read_whole(door: Address) -> None:
    with opened(door) as share:
        assert [(lying.name, lying.size) for lying in share.listing()] == [
            (FILE, len(CONTENT)),
            (f"{FILE}.done", 0),
        ]
        assert share.read(FILE, largest=len(CONTENT)) == CONTENT
        assert share.read(f"{FILE}.done", largest=10) == b""


def test_a_folder_below_is_its_own(door: Address) -> None:
    with opened(replace(door, folder=f"{door.folder.rstrip('/')}/below")) as share:
        assert [lying.name for lying in share.listing()] == ["OTHER.csv"]
        assert share.read("OTHER.csv", largest=10) == b"1"


def test_what_is_not_there_or_too_large_is_told(door: Address) -> None:
    assert trouble(replace(door, folder=f"{door.folder.rstrip('/')}/none")) == "not_found"
    assert trouble(door, name="none.csv") == "not_found"
    assert trouble(door, name=FILE, largest=1_000) == "too_large"


@pytest.mark.parametrize("name", ["../secret", "below/OTHER.csv", "below\\OTHER.csv", "..", ""])
def test_no_name_leads_out_of_the_folder(door: Address, name: str) -> None:
    with pytest.raises(ShareTrouble, match="name"), opened(door) as share:
        share.read(name, largest=10)


def test_a_wrong_password_or_user_is_told_and_another_server_never_asked(door: Address) -> None:
    if door.protocol == "folder":
        pytest.skip("a folder of this machine knows no users")
    assert trouble(replace(door, secret="machigai")) == "sign_in"
    assert trouble(replace(door, user="dareka")) == "sign_in"
    assert trouble(replace(door, host="10.255.0.1")) == "network"


@needs_samba
@pytest.mark.django_db
def test_a_file_is_fetched_over_smb_from_a_real_server(home: Any, tmp_path: Path) -> None:
    lay(tmp_path / "files" / "out", FILE, file_of({}))
    with smb_server(tmp_path / "files", state=tmp_path / "server") as port:
        place = source(protocol="smb", port=port, folder="/juki/out", **HERE)
        register_sources.test(source_id=place.id, now=clock.now())
        place.refresh_from_db()
        assert (place.tested["code"], place.tested["fitting"]) == ("", 1)
        assert register_picking.look(source_id=place.id, now=clock.now()) == 1
        (pickup,) = FilePickup.objects.all()
        assert pickup.import_job is not None
        finish(pickup.import_job)
        register_picking.settle(source_id=place.id, now=clock.now())
    pickup.refresh_from_db()
    assert (pickup.file_name, pickup.state) == (FILE, "applied")
    # The server is gone now: noted, tried again later, nothing lost.
    register_picking.look(source_id=place.id, now=clock.now())
    place.refresh_from_db()
    assert (place.problem, place.failures) == ("unreachable", 1)


@needs_samba
@pytest.mark.parametrize("more", ["server smb encrypt = off", "server max protocol = SMB2_10"])
def test_a_share_that_would_be_read_in_the_clear_is_not_read(tmp_path: Path, more: str) -> None:
    lay(tmp_path / "files", FILE, CONTENT)
    with smb_server(tmp_path / "files", state=tmp_path / "server", more=more) as port:
        assert trouble(Address(protocol="smb", port=port, folder="/juki", **HERE)) == "smb_encryption"


@needs_samba
def test_two_cities_at_one_server_never_share_a_sign_in(tmp_path: Path) -> None:
    lay(tmp_path / "files", FILE, CONTENT)
    with smb_server(tmp_path / "files", state=tmp_path / "server") as port:
        ours = Address(protocol="smb", port=port, folder="/juki", **HERE)
        with opened(ours) as share:
            assert share.listing()
            # While a session is open, somebody without the password gets nothing by it.
            assert trouble(replace(ours, secret="machigai")) == "sign_in"
            assert trouble(replace(ours, folder="/open", user="dareka")) == "sign_in"


@needs_samba
def test_a_link_on_the_share_leads_nowhere_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"secret")
    lay(tmp_path / "files", FILE, CONTENT)
    (tmp_path / "files" / "link.csv").symlink_to(secret)
    with smb_server(tmp_path / "files", state=tmp_path / "server") as port:
        address = Address(protocol="smb", port=port, folder="/juki", **HERE)
        with opened(address) as share:
            assert "link.csv" not in [lying.name for lying in share.listing()]
        assert trouble(address, name="link.csv") == "not_found"


def test_a_server_that_falls_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smb_shares, "SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept: list[socket.socket] = []
        waiting = threading.Thread(target=lambda: kept.append(listening.accept()[0]), daemon=True)
        waiting.start()
        address = Address(protocol="smb", port=listening.getsockname()[1], folder="/juki", **HERE)
        assert trouble(address) == "unreachable"
        for connection in kept:
            connection.close()


@pytest.mark.parametrize("folder", ["/", "", "/..", "/juki/../other", "\\"])
def test_a_share_is_named_and_never_left(folder: str) -> None:
    with pytest.raises(ShareTrouble, match="not_found"):
        smb_shares.divided(folder)


def test_a_share_may_be_written_as_windows_writes_it() -> None:
    assert smb_shares.divided("/juki/a/b") == ("juki", "a\\b")
    assert smb_shares.divided("\\juki\\a") == ("juki", "a")
    assert smb_shares.divided("/juki") == ("juki", "")
