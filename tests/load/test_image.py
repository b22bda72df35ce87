"""The image is built and started where the machine can do it; elsewhere these are skipped by name.

The base is ``MADOGUCHI_IMAGE_BASE``, else an image that buildah has or can pull, else a Debian made by
debootstrap, which takes a minute and root. Nothing here needs a daemon.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.settings.tests.environments import full_environment

ROOT = Path(__file__).resolve().parents[2]
OWN_BASE = "localhost/madoguchi-base"
IMAGE = "localhost/madoguchi-suite"
PUBLISHED_BASE = "docker.io/library/python:3.11-slim-trixie"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PORT = "28411"

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(shutil.which("buildah") is None, reason="buildah is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="building without a daemon needs root here"),
]


def buildah(*arguments: str, seconds: int = 900) -> subprocess.CompletedProcess[str]:
    """run buildah without a daemon and without kernel features that a container lacks."""
    return subprocess.run(
        ["buildah", *arguments],
        cwd=ROOT,
        env={**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"},
        capture_output=True,
        text=True,
        timeout=seconds,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with Python to build upon."""
    wanted = os.environ.get("MADOGUCHI_IMAGE_BASE", "")
    for name in filter(None, (wanted, OWN_BASE)):
        if buildah("inspect", "--type", "image", name).returncode == 0:
            return name
    if buildah("pull", wanted or PUBLISHED_BASE, seconds=300).returncode == 0:
        return wanted or PUBLISHED_BASE
    return _debian(tmp_path_factory.mktemp("base"))


def _debian(folder: Path) -> str:
    if shutil.which("debootstrap") is None:
        pytest.skip("no base image can be pulled here, and debootstrap is not installed")
    made = subprocess.run(
        [
            *("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates"),
            *("bookworm", str(folder / "root"), "http://deb.debian.org/debian"),
        ],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip("no base image can be pulled here, and no Debian can be made")
    subprocess.run(["tar", "-C", folder / "root", "-cf", folder / "root.tar", "."], check=True)
    (folder / "Containerfile").write_text("FROM scratch\nADD root.tar /\n")
    done = buildah("bud", "--format", "docker", "-t", OWN_BASE, str(folder))
    assert done.returncode == 0, done.stderr
    return OWN_BASE


@pytest.fixture(scope="module")
def container(base: str) -> Iterator[str]:
    """A container of the image built from the tree as it stands."""
    certificates = [
        "--build-arg",
        f"CA_BUNDLE={CERTIFICATES}",
        "--volume",
        "/etc/ssl/certs:/etc/ssl/certs:ro",
    ]
    done = buildah(
        *("bud", "--format", "docker", "--pull-never", "--ignorefile", "deploy/image/containerignore"),
        *("--build-arg", f"BASE={base}", *(certificates if CERTIFICATES.exists() else ())),
        *("-f", "deploy/image/Containerfile", "-t", IMAGE, "."),
    )
    assert done.returncode == 0, done.stderr[-4000:]
    name = buildah("from", "--pull-never", IMAGE).stdout.strip()
    yield name
    buildah("rm", name)
    buildah("rmi", IMAGE)


def run(container: str, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """run a command in the container as the image's own user."""
    given = [argument for name, value in environment.items() for argument in ("--env", f"{name}={value}")]
    return buildah("run", "--user", "10001:10001", *given, container, "--", *command)


START = "/srv/madoguchi/deploy/image/start"
# All inside one shell, which takes the web along when it ends: nothing stays behind on the machine.
ASKS = f"""
{START} web & web=$!
for attempt in $(seq 60); do
    /srv/madoguchi/deploy/image/healthy web 2>/dev/null && echo ok && break
    sleep 1
done
kill $web; wait $web
"""


def test_it_is_ready_for_a_deployment(container: str) -> None:
    environment = full_environment(Path("/data"))
    done = run(container, environment, START, "manage", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_its_environment_it_says_what_is_missing(container: str) -> None:
    done = run(container, {}, START, "web")
    assert done.returncode != 0
    assert "MADOGUCHI_SECRET_KEY is not set" in done.stdout + done.stderr


def test_it_is_nobody_who_cannot_change_it(container: str) -> None:
    assert run(container, {}, "id", "-u").stdout.strip() == "10001"
    assert run(container, {}, "touch", "/srv/madoguchi/x").returncode != 0
    assert run(container, {}, "touch", "/opt/venv/x").returncode != 0
    assert run(container, {}, "touch", "/var/lib/madoguchi/x").returncode == 0


def test_nothing_of_a_laptop_is_inside(container: str) -> None:
    assert run(container, {}, "test", "-e", "/srv/madoguchi/deploy/local").returncode != 0
    found = run(container, {}, "find", "/srv/madoguchi", "-name", "tests", "-type", "d").stdout
    assert found == ""
    assert run(container, {}, "python", "-c", "import pytest").returncode != 0
    assert run(container, {}, "pg_dump", "--version").returncode == 0
    said = buildah("inspect", "--type", "image", IMAGE).stdout
    assert full_environment(Path("/data"))["MADOGUCHI_SECRET_KEY"] not in said


def test_the_web_answers_and_static_files_are_collected(container: str) -> None:
    environment = full_environment(Path("/data")) | {"PORT": PORT, "MADOGUCHI_WEB_WORKERS": "1"}
    done = run(container, environment, "sh", "-c", ASKS)
    assert done.stdout.strip() == "ok", done.stdout + done.stderr
    assert "app." in run(container, {}, "ls", "/srv/madoguchi/static/web").stdout
