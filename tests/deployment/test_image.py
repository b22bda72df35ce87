"""The recipe of the image and what it starts; the image itself is built by the long suites."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "deploy" / "image"
RECIPE = (IMAGE / "Containerfile").read_text(encoding="utf-8")
START = (IMAGE / "start").read_text(encoding="utf-8")


def test_both_stages_stand_on_a_base_that_is_an_argument() -> None:
    assert re.findall(r"^FROM (.+)$", RECIPE, re.MULTILINE) == ["${BASE} AS build", "${BASE}"]
    assert re.search(r"^ARG BASE=\S+", RECIPE, re.MULTILINE)


def test_the_environment_is_exactly_what_the_lock_file_names() -> None:
    assert "uv sync --locked --no-dev --extra ruby --no-install-project" in RECIPE
    assert RECIPE.count("--extra") == 1, "servers as wheels are for one laptop"
    bootstrap = (ROOT / "deploy/local/bootstrap.py").read_text(encoding="utf-8")
    uv = re.search(r"ARG UV=(\S+)", RECIPE)
    assert uv
    assert f'UV = "{uv.group(1)}"' in bootstrap


def test_it_runs_as_nobody_in_particular() -> None:
    users = re.findall(r"^USER (.+)$", RECIPE, re.MULTILINE)
    assert users == ["10001:10001"]
    assert RECIPE.index("USER 10001") < RECIPE.index("ENTRYPOINT")
    assert "HEALTHCHECK" in RECIPE


def test_it_holds_no_secret_and_starts_as_production() -> None:
    said = [line for line in RECIPE.splitlines() if re.match(r"\s*(ENV|ARG|LABEL|[A-Z_]+=)", line)]
    assert not [line for line in said if re.search(r"SECRET|PASSWORD|TOKEN|_URL|KEY_", line)]
    assert "DJANGO_SETTINGS_MODULE=deploy.settings.production" in RECIPE
    ignored = (IMAGE / "containerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    assert {"!.git", "!var", "!tests", "!samples"}.isdisjoint(ignored)
    assert {"**/.*", "**/secrets", "**/*.key"} <= set(ignored)
    assert "rm -rf deploy/local" in RECIPE
    kept_out = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/secrets/", "/deploy/.env"} <= set(kept_out)


@pytest.mark.parametrize("script", ["start", "healthy"])
def test_the_scripts_are_readable_by_any_shell(script: str) -> None:
    path = IMAGE / script
    assert path.stat().st_mode & 0o111 == 0o111
    done = subprocess.run(["sh", "-n", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_process_runs_a_command_that_exists() -> None:
    called = set(re.findall(r"(?:as_owner|manage\.py) ([a-z_]+)", START))
    # These names share one line through a variable.
    called |= {"relay", "watch", "seal"}
    assert called <= set(get_commands())


def test_an_unknown_process_is_refused_with_the_list() -> None:
    done = subprocess.run(["sh", str(IMAGE / "start"), "webb"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "unknown process: webb" in done.stderr
    assert "web relay worker" in done.stderr
