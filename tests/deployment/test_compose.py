"""The compose file fits its specification, the image and the rules of the house."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.settings.releases import ZONES

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
# The schema of the Compose Specification, see THIRD-PARTY.md.
SPECIFICATION = Path(__file__).parent / "compose-spec.json"
SERVERS = {"postgres", "valkey", "smtp", "clamd"}
DAILY = {"expire-audit", "verify-audit", "copy-keys"}
OWNERS = {"prepare", "migrate", "provision", "expire-audit"}
PROCESSES = (
    OWNERS | DAILY | {"web-resident", "web-staff", "relay", "worker", "beat", "watch", "seal", "bounces"}
)
VARIABLE = re.compile(r"\$\{(\w+)")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the file."""
    found: dict[str, Any] = composed()["services"]
    return found


def composed() -> dict[str, Any]:
    """read the compose file."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def test_the_file_fits_the_specification() -> None:
    assert mistakes(composed()) == []


def mistakes(file: dict[str, Any]) -> list[str]:
    """list what the specification does not know."""
    schema = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft201909Validator(schema).iter_errors(file)]


def test_a_slip_would_be_found() -> None:
    wrong = composed()
    wrong["services"]["relay"]["comand"] = ["relay"]
    assert "comand" in mistakes(wrong)[0]


def test_every_process_is_there_and_started_by_the_image(services: dict[str, Any]) -> None:
    assert set(services) == PROCESSES | SERVERS
    start = (ROOT / "deploy/image/start").read_text(encoding="utf-8")
    for name in PROCESSES:
        word = services[name]["command"][0]
        assert re.search(rf"^    ([\w|-]*\|)?{word}(\|[\w|-]*)?\)", start, re.MULTILINE), word


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_has_no_more_rights_than_it_needs(name: str, services: dict[str, Any]) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"user", "privileged"} & set(service)
    assert service.get("network_mode", "none") == "none"
    owns = {secret for secret in service["secrets"] if secret.startswith(("owner", "admin"))}
    assert bool(owns) is (name in OWNERS)
    assert ("admin_database_url" in owns) is (name == "prepare")
    assert ("MADOGUCHI_OWNER_DATABASE_URL_FILE" in service["environment"]) is (name in OWNERS)
    # On the container's own tmpfs: what the owner runs as SQL is on no volume.
    assert (service["environment"].get("MADOGUCHI_TEMPLATES") == "/tmp/templates") is (name in OWNERS)


def test_each_web_serves_one_zone_from_a_network_of_its_own(services: dict[str, Any]) -> None:
    resident, staff = services["web-resident"], services["web-staff"]
    assert ZONES[resident["environment"]["MADOGUCHI_RELEASE"]] == ("resident",)
    assert ZONES[staff["environment"]["MADOGUCHI_RELEASE"]] == ("staff", "operators")
    assert set(resident["networks"]) & set(staff["networks"]) == {"data", "scanning"}
    for shared in ("data", "scanning"):
        assert composed()["networks"][shared] == {"internal": True}
    for name in PROCESSES - {"web-resident", "web-staff"}:
        assert services[name]["environment"]["MADOGUCHI_RELEASE"] == "all"
        assert ("ports" in services[name]) is (name == "bounces")


def test_servers_are_reached_from_inside_only(services: dict[str, Any]) -> None:
    for name in ("postgres", "valkey"):
        assert services[name]["networks"] == ["data"]
        assert "ports" not in services[name]
    assert services["smtp"]["profiles"] == ["trial"]
    ports = [port for name in PROCESSES | SERVERS for port in services[name].get("ports", ())]
    assert all("127.0.0.1:" in port for port in ports)


def test_keys_lie_apart_from_the_database_and_from_one_another(services: dict[str, Any]) -> None:
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    places = dict(volume.split(":") for volume in services["relay"]["volumes"])
    environment = services["relay"]["environment"]
    for variable, volume in (
        ("MADOGUCHI_KEY_STORE", "keys"),
        ("MADOGUCHI_KEY_FILE", "wrapping"),
        ("MADOGUCHI_JOURNAL", "journal"),
        ("MADOGUCHI_VAR", "files"),
    ):
        assert environment[variable].startswith(places[volume])
    assert len(set(places.values())) == 4


def test_mails_that_come_back_arrive_on_a_network_of_their_own(services: dict[str, Any]) -> None:
    assert services["bounces"]["profiles"] == ["bounces"]
    assert set(services["bounces"]["networks"]) == {"mails", "data"}
    assert [name for name in services if "mails" in services[name].get("networks", ())] == ["bounces"]
    assert services["bounces"]["ports"][0].endswith(":2526")
    start = (ROOT / "deploy/image/start").read_text(encoding="utf-8")
    assert "receive_bounces --host 0.0.0.0 --port 2526" in start


@pytest.mark.parametrize("name", sorted(DAILY))
def test_what_is_done_daily_ends_and_is_started_by_the_guides_line(
    name: str, services: dict[str, Any]
) -> None:
    service = services[name]
    assert (service["profiles"], service["restart"]) == (["daily"], "no")
    # Else starting one of them would run the migrations again.
    assert "depends_on" not in service
    guide = (ROOT / "docs/how-to/install.md").read_text(encoding="utf-8")
    assert re.search(rf"^[\d ]+\* \* \* .* run --rm {name}$", guide, re.MULTILINE)


def test_copies_of_keys_lie_apart_and_without_the_key_that_wraps_them(services: dict[str, Any]) -> None:
    assert services["copy-keys"]["network_mode"] == "none"
    assert "networks" not in services["copy-keys"]
    places = [volume.split(":")[0] for volume in services["copy-keys"]["volumes"]]
    assert places == ["keys", "key-copies"]
    holding = [
        name for name in services if any("key-copies" in each for each in services[name].get("volumes", ()))
    ]
    assert holding == ["copy-keys"]


def test_whoever_takes_files_apart_sees_neither_database_nor_keys(services: dict[str, Any]) -> None:
    scanner = services["clamd"]
    assert scanner["profiles"] == ["scanner"]
    assert scanner["user"] == "clamav"
    assert scanner["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in scanner["security_opt"]
    assert set(scanner["networks"]) == {"scanning", "outside"}
    assert scanner["volumes"] == ["signatures:/var/lib/clamav"]
    assert not {"ports", "secrets", "environment"} & set(scanner)
    scanned = {name for name in PROCESSES if "scanning" in services[name].get("networks", ())}
    assert scanned == {"web-resident", "web-staff"}


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert not re.search(r"postgresql://|rediss?://", text)
    for name in PROCESSES:
        for variable, value in services[name]["environment"].items():
            if any(word in variable for word in ("SECRET", "PASSWORD", "DATABASE_URL", "VALKEY_URL")):
                assert str(value).startswith(("/run/secrets/", "${")), variable


def test_every_variable_is_known_to_the_settings(services: dict[str, Any]) -> None:
    known = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    used = {name for process in PROCESSES for name in services[process]["environment"]}
    plain = {name.removesuffix("_FILE") if name.endswith("_URL_FILE") else name for name in used}
    plain = {"MADOGUCHI_SECRET_KEY" if name == "MADOGUCHI_SECRET_KEY_FILE" else name for name in plain}
    assert {name for name in plain if f"`{name}`" not in known} == set()


def test_every_variable_of_the_file_is_in_the_guide() -> None:
    guide = (ROOT / "docs/how-to/install.md").read_text(encoding="utf-8")
    wanted = set(VARIABLE.findall(FILE.read_text(encoding="utf-8")))
    assert {name for name in wanted if f"`{name}`" not in guide} == set()
