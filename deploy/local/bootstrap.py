"""Make the virtual environment, then hand over to a module inside it.

Runs on any Python of at least 3.11 with nothing installed: standard library only.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = VENV / "tools"
# What a newcomer needs to see the product, and what its tests need besides.
STAMPS = {"up": VENV / "madoguchi-stamp-product", "test": VENV / "madoguchi-stamp-tests"}
UV = "uv==0.13.8"
FREE_BYTES_NEEDED = 1 << 30


class BootstrapFailed(Exception):
    """The virtual environment cannot be made, for a reason a person can act on."""


def main(arguments: list[str]) -> None:
    """bring the environment up to date and replace this program by the module named."""
    os.chdir(ROOT)
    try:
        with _one_at_a_time():
            purpose = "up" if "up" in arguments else "test"
            if not is_current(purpose):
                install(purpose)
    except BootstrapFailed as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"The disk is full: {ROOT} needs more free space. Make room and run this again.")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    os.environ["PYTHONUTF8"] = "1"
    # Without compiled files every one of the many programs would compile all of them again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), "-m", *arguments])  # noqa: S606


def is_current(purpose: str) -> bool:
    """tell whether the environment fits the lock file, this folder, its Python and the purpose."""
    enough = {STAMPS[purpose], STAMPS["test"]}
    return PYTHON.exists() and any(stamp.exists() and stamp.read_text() == _fingerprint() for stamp in enough)


def install(purpose: str) -> None:
    """make the environment and install exactly what the lock file names."""
    _require_space()
    first_time = not _works(PYTHON)
    _say("Preparing the Python environment (.venv); the first time takes a few minutes")
    if first_time:
        _make_venv()
    if not _works(TOOLS / "bin" / "uv"):
        _say("  installing uv")
        _install_uv()
    _say("  installing the locked dependencies")
    groups = ["--no-dev", "--inexact"] if purpose == "up" else []
    _run(
        [
            *[str(TOOLS / "bin" / "uv"), "sync", "--locked", "--extra", "local", "--extra", "ruby", *groups],
            *["--quiet", "--compile-bytecode"],
        ],
        "The locked dependencies could not be installed. Is the package index reachable?",
    )
    STAMPS[purpose].write_text(_fingerprint())


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    base = getattr(sys, "_base_executable", None) or sys.executable
    result = subprocess.run([base, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    said = (result.stderr + result.stdout).strip()
    if "ensurepip" in said or "No module named venv" in said:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise BootstrapFailed(
            f"This Python ({base}) has no working venv module.\n"
            f"  Debian, Ubuntu:  apt install python{version}-venv\n"
            f"Or name another Python:  PYTHON=/path/to/python3 bin/up"
        )
    _raise_for(said, f"A virtual environment could not be made in {VENV}.")


def _install_uv() -> None:
    if not _works(PYTHON, "-m", "pip"):
        _run([str(PYTHON), "-m", "ensurepip"], "pip could not be set up in .venv.")
    _run(
        [
            *[str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
            *["--no-input", "--no-deps", "--upgrade", "--target", str(TOOLS), UV],
        ],
        f"{UV} could not be installed. Is the package index reachable?",
    )


def _run(command: list[str], trouble: str) -> None:
    environment = dict(os.environ, VIRTUAL_ENV=str(VENV), UV_PYTHON_DOWNLOADS="never")
    environment.pop("PYTHONPATH", None)
    environment.pop("UV_PROJECT_ENVIRONMENT", None)
    if not os.access(os.environ.get("HOME") or "/", os.W_OK):
        environment.setdefault("UV_CACHE_DIR", str(VENV / "cache"))
        environment.setdefault("PIP_NO_CACHE_DIR", "1")
    result = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        _raise_for(result.stdout.strip(), trouble)


def _raise_for(said: str, trouble: str) -> None:
    if "No space left on device" in said or "os error 28" in said:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise BootstrapFailed(f"{said}\n\n{trouble}")


def _works(program: Path, *arguments: str) -> bool:
    try:
        result = subprocess.run([str(program), *arguments, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return result.returncode == 0


def _require_space() -> None:
    free = shutil.disk_usage(ROOT).free
    if not _works(PYTHON) and free < FREE_BYTES_NEEDED:
        raise BootstrapFailed(
            f"Too little free space in {ROOT}: {free >> 20} MiB; the first run needs 1 GiB."
        )


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for part in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / part).read_bytes())
    digest.update(f"{ROOT}\n{UV}".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (ROOT / "uv.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
