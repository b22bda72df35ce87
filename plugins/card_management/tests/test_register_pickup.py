"""Files picked up from servers and folders: complete, in order, once; anything else stops (FUJ-18, T23)."""

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paramiko
import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City
from plugins.card_management.adapters.file_places import Address, ShareTrouble
from plugins.card_management.adapters.file_shares import opened
from plugins.card_management.formats import register
from plugins.card_management.models import Card
from plugins.card_management.models.register import FilePickup, FileSource, QuarantinePiece, Resident
from plugins.card_management.queries import register as queries
from plugins.card_management.services import register_deciding, register_picking, register_sources
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.register import (
    crowd,
    file_of,
    finish,
    ftp_server,
    lay,
    sftp_server,
    source,
)

CLERK = Actor(kind="staff", id="200001", name="窓口 花子")
FIRST, SECOND, THIRD = "JUKI_20261119_1.csv", "JUKI_20261120_2.csv", "JUKI_20261121_3.csv"
in_a_city = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path, home: Any) -> Path:
    """The city's own folder on this machine."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "FILE_INBOX": str(tmp_path)}
    return tmp_path / str(home.uuid)


def look(place: FileSource, *, minutes: int = 0) -> int:
    """Look into a place, and do what a worker does with what was asked for."""
    taken = register_picking.look(source_id=place.id, now=clock.now() + timedelta(minutes=minutes))
    for pickup in FilePickup.objects.filter(source=place, state="applying"):
        assert pickup.import_job is not None
        finish(pickup.import_job)
    register_picking.settle(source_id=place.id, now=clock.now())
    return taken


def states() -> list[tuple[str, str, str]]:
    return list(
        FilePickup.objects.order_by("found_at", "file_name").values_list("file_name", "state", "problem")
    )


@in_a_city
def test_a_complete_file_is_taken_once_and_its_flags_follow(folder: Path) -> None:
    card = add_card()
    lay(folder, FIRST, file_of({"異動事由": "死亡"}))
    place = source()
    assert look(place) == 1
    assert states() == [(FIRST, "applied", "")]
    assert list(Card.objects.get(pk=card).flags) == ["died"]
    assert look(place) == 0
    assert len(states()) == 1


@in_a_city
def test_a_trial_that_failed_is_forgotten_once_files_are_fetched(folder: Path) -> None:
    place = source()
    register_sources.test(source_id=place.id, now=clock.now())
    place.refresh_from_db()
    assert place.tested["code"] == "not_found"
    lay(folder, FIRST, file_of({}))
    look(place)
    place.refresh_from_db()
    assert (place.tested["code"], place.tested["fitting"]) == ("", 1)


@in_a_city
def test_a_file_without_its_mark_is_left_until_it_is_there(folder: Path) -> None:
    lay(folder, FIRST, file_of({})[:40], done=False)
    place = source()
    assert look(place) == 0
    lay(folder, FIRST, file_of({}))
    assert look(place) == 1
    assert states() == [(FIRST, "applied", "")]


@in_a_city
def test_a_file_that_grows_is_left_until_it_rests(folder: Path) -> None:
    place = source(done_rule="stable")
    lay(folder, FIRST, file_of({})[:60], done=False)
    assert look(place) == 0
    lay(folder, FIRST, file_of({}), done=False)
    assert look(place) == 0
    assert look(place) == 1
    assert Resident.objects.count() == 1


@in_a_city
def test_a_half_file_is_stopped_by_its_checksum_and_nothing_changes(folder: Path) -> None:
    whole = file_of({}, *crowd(5))
    lay(folder, FIRST, whole[: len(whole) // 2])
    (folder / f"{FIRST}.sha256").write_text(f"{sha256(whole).hexdigest()}  {FIRST}\n")
    place = source(checksum_suffix=".sha256")
    look(place)
    assert states() == [(FIRST, "stopped", "checksum")]
    assert not Resident.objects.exists()
    assert QuarantinePiece.objects.exists()
    assert queries.stopped() == 1
    lay(folder, FIRST, whole)
    look(place)
    assert ("applied", "") in {state[1:] for state in states()}


@in_a_city
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "refused"),
        (file_of(), "guard"),
        (file_of({}, columns=("氏名", "住所")), "refused"),
        (file_of({})[:-30], "lines"),
        (b"PK\x03\x04" + bytes(50), "refused"),
    ],
)
def test_an_empty_half_or_foreign_file_stops_with_words(folder: Path, content: bytes, problem: str) -> None:
    lay(folder, FIRST, content)
    look(source())
    ((_, state, found),) = states()
    assert state == "stopped"
    assert found in (problem, "guard")
    assert not Resident.objects.exists()


@in_a_city
def test_the_same_content_twice_stops_until_a_person_says_otherwise(folder: Path) -> None:
    place = source()
    lay(folder, FIRST, file_of({}))
    look(place)
    lay(folder, SECOND, file_of({}))
    look(place)
    assert states()[1] == (SECOND, "stopped", "twice")
    stopped = FilePickup.objects.get(file_name=SECOND)
    register_deciding.accept(pickup_id=stopped.id, actor=CLERK, now=clock.now())
    look(place)
    stopped.refresh_from_db()
    assert (stopped.state, stopped.decided_by_name) == ("applied", "窓口 花子")
    assert not QuarantinePiece.objects.exists()


@in_a_city
def test_a_gap_in_the_numbers_stops_what_follows(folder: Path) -> None:
    place = source(checks_sequence=True)
    lay(folder, FIRST, file_of({}))
    lay(folder, THIRD, file_of({"異動事由": "国内転出"}))
    look(place)
    assert states() == [(FIRST, "applied", ""), (THIRD, "stopped", "gap")]
    assert Resident.objects.get().standing == "present"
    register_deciding.discard(
        pickup_id=FilePickup.objects.get(file_name=THIRD).id, actor=CLERK, now=clock.now()
    )
    lay(folder, SECOND, file_of({"異動事由": "転居"}))
    look(place)
    assert (SECOND, "applied", "") in states()


@in_a_city
def test_half_the_city_missing_stops_and_alerts(folder: Path) -> None:
    place = source(format=register.EVERYBODY)
    lay(folder, FIRST, file_of(*crowd(60)))
    look(place)
    lay(folder, SECOND, file_of(*crowd(20)))
    look(place)
    assert states()[1] == (SECOND, "stopped", "guard")
    assert FilePickup.objects.get(file_name=SECOND).words
    assert Resident.objects.filter(standing="present").count() == 60


@in_a_city
def test_a_day_without_its_file_is_missed(folder: Path) -> None:
    place = source(expected="daily")
    FileSource.objects.filter(id=place.id).update(created_at=clock.now() - timedelta(days=3))
    ((missed, days),) = queries.missing(now=clock.now())
    assert (missed.id, len(days)) == (place.id, 3)
    yesterday = clock.today() - timedelta(days=1)
    lay(folder, f"JUKI_{yesterday:%Y%m%d}_1.csv", file_of({}))
    look(place)
    ((_, days),) = queries.missing(now=clock.now())
    assert len(days) == 2


@in_a_city
def test_a_city_never_leaves_its_own_folder(folder: Path) -> None:
    outside = folder.parent / "other"
    lay(outside, FIRST, file_of({}))
    lay(folder, "readme.txt", b"")
    (folder / SECOND).symlink_to(outside / FIRST)
    (folder / f"{SECOND}.done").write_bytes(b"")
    for where in ("../other", "/../other"):
        place = source(name=where, folder=where)
        register_sources.test(source_id=place.id, now=clock.now())
        place.refresh_from_db()
        assert place.tested["code"] == "outside"
    # A link that leads out is no file of the folder, whoever names it.
    look(source())
    with opened(Address(protocol="folder", below=str(folder))) as share, pytest.raises(ShareTrouble):
        share.read(SECOND, largest=9_999)
    assert not Resident.objects.exists()


@in_a_city
def test_a_file_is_fetched_over_ftp_from_a_real_server(folder: Path) -> None:
    lay(folder, FIRST, file_of({}))
    with ftp_server(folder) as port:
        place = source(protocol="ftp", host="127.0.0.1", port=port, user="juki", secret="himitsu")
        assert look(place) == 1
    assert states() == [(FIRST, "applied", "")]
    # The server is gone now: noted, tried again later, nothing lost.
    look(place)
    place.refresh_from_db()
    assert (place.problem, place.failures) == ("unreachable", 1)
    assert not register_picking._is_due(place, clock.now())
    with ftp_server(folder) as port:
        FileSource.objects.filter(id=place.id).update(port=port)
        look(place)
    place.refresh_from_db()
    assert (place.problem, place.failures) == ("", 0)


@in_a_city
def test_a_wrong_password_is_told_and_the_right_one_stands_nowhere_open(folder: Path) -> None:
    folder.mkdir(parents=True)
    with ftp_server(folder) as port:
        place = source(protocol="ftp", host="127.0.0.1", port=port, user="juki", secret="machigai")
        register_sources.test(source_id=place.id, now=clock.now())
    place.refresh_from_db()
    assert place.tested["code"] == "sign_in"
    assert b"machigai" not in bytes(place.sealed)
    assert "machigai" not in str({each.name: getattr(place, each.name) for each in place._meta.fields})


@in_a_city
def test_a_file_is_fetched_over_sftp_once_the_key_is_confirmed(folder: Path) -> None:
    lay(folder, FIRST, file_of({}))
    with sftp_server(folder) as (port, fingerprint):
        place = source(protocol="sftp", host="127.0.0.1", port=port, user="juki", secret="himitsu")
        look(place)
        place.refresh_from_db()
        assert (place.problem, states()) == ("host_key_unknown", [])
        register_sources.test(source_id=place.id, now=clock.now())
        place.refresh_from_db()
        assert place.tested["host_key"] == fingerprint
        register_sources.trust(source_id=place.id, fingerprint=fingerprint, actor=CLERK, now=clock.now())
        assert look(place) == 1
    assert states() == [(FIRST, "applied", "")]


@in_a_city
def test_another_key_than_the_confirmed_one_is_refused(folder: Path) -> None:
    lay(folder, FIRST, file_of({}))
    with sftp_server(folder) as (port, _):
        place = source(
            protocol="sftp", host="127.0.0.1", port=port, user="juki", secret="himitsu", host_key="SHA256:x"
        )
        look(place)
    place.refresh_from_db()
    assert (place.problem, states()) == ("host_key_changed", [])


@in_a_city
def test_a_moved_server_never_gets_the_password_of_the_one_before(folder: Path) -> None:
    place = source(protocol="ftp", host="127.0.0.1", port=21, user="juki", secret="himitsu")
    values = {name: getattr(place, name) for name in register_sources.FIELDS}
    changed = register_sources.change(
        source_id=place.id, values={**values, "host": "127.0.0.2"}, secret="", actor=CLERK, now=clock.now()
    )
    assert changed.sealed is None


@pytest.mark.parametrize("host", ["169.254.169.254", "10.1.2.3", "::1"])
def test_only_the_networks_of_the_installation_are_asked(settings: Any, host: str) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "FILE_NETWORKS": ["192.0.2.0/24"]}
    with pytest.raises(ShareTrouble, match="network"), opened(Address(protocol="ftp", host=host)):
        pass


@in_a_city
def test_a_private_key_opens_the_door_though_its_lines_were_glued_together(folder: Path) -> None:
    lay(folder, FIRST, file_of({}))
    key = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    key.write_private_key(text)
    glued = " ".join(text.getvalue().split("\n"))
    with sftp_server(folder, known=key.asbytes()) as (port, fingerprint):
        place = source(
            protocol="sftp", host="127.0.0.1", port=port, user="juki", secret=glued, host_key=fingerprint
        )
        assert look(place) == 1
    assert states() == [(FIRST, "applied", "")]


def summed(folder: Path, name: str, content: bytes, *, of: bytes | None = None) -> None:
    """Lay a file with its mark and the checksum of what it should hold."""
    lay(folder, name, content)
    (folder / f"{name}.sha256").write_text(sha256(of or content).hexdigest())


def tells(home: City) -> str:
    """Show the home page of a clerk."""
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    return str(sign_in(client, StaffFactory.create(roles=["counter_clerk"])).get("/").content.decode())


@in_a_city
@pytest.mark.req("FUJ-18")
def test_files_are_picked_up_over_ftp_and_whatever_is_wrong_stops_and_alerts(
    folder: Path, home: City
) -> None:
    good, next_one = file_of({}), file_of({"異動事由": "転居"})
    where = {"protocol": "ftp", "host": "127.0.0.1", "user": "juki", "secret": "himitsu"}
    lay(folder, FIRST, good[:50], done=False)
    lay(folder, "OTHER_20261119_1.csv", file_of({"異動事由": "死亡"}))
    with ftp_server(folder) as port:
        place = source(**where, port=port, checksum_suffix=".sha256")
        # Half written, without mark and checksum; and a name that does not follow the rule.
        assert look(place) == 0
        summed(folder, FIRST, good)
        assert look(place) == 1
    # The server is away: tried again ten minutes later, when it is back.
    look(place)
    place.refresh_from_db()
    assert (place.problem, place.failures) == ("unreachable", 1)
    assert register_picking.due(now=clock.now()) == []
    assert register_picking.due(now=clock.now() + timedelta(minutes=11)) == [place.id]
    with ftp_server(folder) as port:
        FileSource.objects.filter(id=place.id).update(port=port)
        summed(folder, SECOND, next_one)
        assert look(place) == 1
        summed(folder, "JUKI_20261121_3.csv", next_one[:60], of=next_one)
        summed(folder, "JUKI_20261121_4.csv", next_one)
        summed(folder, "JUKI_20261121_5.csv", file_of({}, columns=("氏名", "住所")))
        summed(folder, "JUKI_20261121_6.csv", file_of())
        assert look(place) == 4
    assert states()[:2] == [(FIRST, "applied", ""), (SECOND, "applied", "")]
    assert [state[1:] for state in states()[2:]] == [
        ("stopped", problem) for problem in ("checksum", "twice", "refused", "guard")
    ]
    assert Resident.objects.get().standing == "present"
    assert "止まっている連携ファイル" in tells(home)
