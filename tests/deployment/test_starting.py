"""What compose file and chart say to each process is what production wants to hear."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.settings.tests.environments import SECRET, start
from tests.deployment import charts

ROOT = Path(__file__).resolve().parents[2]
# What .env and the Secrets hold.
GIVEN = {
    "MADOGUCHI_BASE_HOST": "madoguchi.example.jp",
    "MADOGUCHI_STAFF_BASE_HOST": "madoguchi.asp.lgwan.jp",
    "MADOGUCHI_TRUSTED_PROXIES": "172.16.0.0/12",
    "MADOGUCHI_OPERATORS_NETWORKS": "203.0.113.0/24",
    "MADOGUCHI_SMTP_HOST": "smtp.example.jp",
}
TLS = "?sslmode=verify-full&sslrootcert=/etc/madoguchi/database/ca.crt"
SECRETS = {
    "secret_key": SECRET,
    "database_url": "postgresql://madoguchi_app:word@postgres/madoguchi",
    "owner_database_url": "postgresql://madoguchi_owner:word@postgres/madoguchi",
    "admin_database_url": "postgresql://postgres:word@postgres/postgres",
    "valkey_url": "redis://:word@valkey:6379/0",
    "smtp_user": "madoguchi",
    "smtp_password": "word",
    "metrics_token": "word",
}
PLACE = re.compile(r"\$\{(\w+)(?::[-?]([^}]*))?\}")


def filled(value: object) -> str:
    """fill in what compose would take from .env, or its default."""
    return PLACE.sub(lambda found: GIVEN.get(found[1], found[2] or ""), str(value))


def of_compose(process: str, folder: Path) -> dict[str, str]:
    """write the secrets down and give the environment of one service."""
    for name, text in SECRETS.items():
        (folder / name).write_text(text + "\n")
    file: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    found = file["services"][process]["environment"]
    return {name: filled(value).replace("/run/secrets", str(folder)) for name, value in found.items()}


def of_chart(process: str, example: str) -> dict[str, str]:
    """give the environment of one pod, its Secrets filled in."""
    pod = charts.pods(charts.manifests(charts.values_of(example)))[process]
    found: dict[str, str] = {}
    for each in pod["spec"]["containers"][0]["env"]:
        key = each.get("valueFrom", {}).get("secretKeyRef", {}).get("key", "").replace("-", "_")
        found[each["name"]] = SECRETS[key] + (TLS if "database" in key else "") if key else each["value"]
    return found


@pytest.mark.parametrize(
    "process",
    ["relay", "web-resident", "web-staff", "provision", "prepare", "bounces", "expire-audit", "copy-keys"],
)
def test_every_service_of_the_compose_file_may_start(process: str, tmp_path: Path) -> None:
    done = start(of_compose(process, tmp_path), "-m", "deploy.settings")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("process", "example"),
    [
        ("web-resident", "two-networks"),
        ("web-staff", "two-networks"),
        ("provision", "two-networks"),
        ("watch", "one-cluster"),
        ("migrate", "one-cluster"),
        ("bounces", "one-cluster"),
        ("expire-audit", "two-networks"),
        ("verify-audit", "one-cluster"),
        ("copy-keys", "two-networks"),
    ],
)
def test_every_pod_of_the_chart_may_start(process: str, example: str) -> None:
    done = start(of_chart(process, example), "-m", "deploy.settings")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_forgotten_answer_is_noticed(tmp_path: Path) -> None:
    environment = of_compose("relay", tmp_path)
    done = start({**environment, "MADOGUCHI_BASE_HOST": ""}, "-m", "deploy.settings")
    assert "MADOGUCHI_BASE_HOST is not set" in done.stderr
