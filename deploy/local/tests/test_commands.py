"""The commands in bin/ answer for themselves, before anything is installed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.layout import ROOT
from deploy.local.profiles import describe_demo
from deploy.local.table import addresses, draw


def call(
    *command: str,
    path: str = os.environ["PATH"],
    root: Path = ROOT,
    more: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    shell = shutil.which("sh")
    assert shell
    result = subprocess.run(
        [shell, str(root / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": path, **(more or {})},
    )
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("command", ["bin/up", "bin/down", "bin/test", "bin/nightly"])
def test_every_command_explains_itself(command: str) -> None:
    code, said = call(command, "--help")
    assert code == 0
    assert said.startswith(f"Usage: {command}")


@pytest.mark.parametrize("command", ["bin/up", "bin/down"])
def test_an_unknown_option_is_refused(command: str) -> None:
    code, said = call(command, "--bogus")
    assert code == 2
    assert "unknown option: --bogus" in said


def test_a_machine_without_python_hears_what_to_install(tmp_path: Path) -> None:
    for name in ("dirname", "cat"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    copy = tmp_path / "fresh copy"
    shutil.copytree(ROOT / "bin", copy / "bin")
    (copy / "deploy" / "local").mkdir(parents=True)
    shutil.copy(ROOT / "deploy/local/find_python.sh", copy / "deploy/local/find_python.sh")
    code, said = call("bin/up", path=str(tmp_path), root=copy)
    assert code == 1
    assert "Python 3.11 or newer is needed" in said


def test_a_python_without_its_venv_module_hears_what_to_install(tmp_path: Path) -> None:
    copy = tmp_path / "fresh copy"
    for folder in ("bin", "deploy/local"):
        shutil.copytree(ROOT / folder, copy / folder)
    for name in ("uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    broken = tmp_path / "broken" / "venv"
    broken.mkdir(parents=True)
    (broken / "__init__.py").touch()
    (broken / "__main__.py").write_text("raise SystemExit('ensurepip is not available')")
    code, said = call("bin/up", root=copy, more={"PYTHONPATH": str(broken.parent)})
    assert code == 1
    assert "has no working venv module" in said
    assert "apt install python3" in said
    assert not (copy / ".venv").exists()


def test_the_table_shows_every_city_with_its_sign_ins() -> None:
    demo = describe_demo(port=8123)
    table = draw(demo)
    for name in ("久留米市", "南部町", "藤沢市", "熊谷市", "大仙市"):
        assert name in table
    assert "http://staff.kurume.localhost:8123" in table
    assert len(addresses(demo)) == 13
