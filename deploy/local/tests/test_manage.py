"""manage.py finds the servers of a running bin/up by what it has noted."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.local.layout import ROOT, Layout
from deploy.local.state import clear_state, write_environment

SHOW = "from django.conf import settings; print(settings.DATABASES['default']['NAME'], settings.PORT)"
NOTED = {
    "MADOGUCHI_DATABASE_URL": "postgresql://app:secret@127.0.0.1:5433/noted",
    "MADOGUCHI_OWNER_DATABASE_URL": "postgresql://owner:secret@127.0.0.1:5433/noted_by_owner",
    "PORT": "8123",
    "HOME": "/nowhere",
}


def shown(folder: Path, *, given: dict[str, str]) -> str:
    """Ask a shell of manage.py which database it would use."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
    clean.pop("PORT", None)
    environment = clean | {"MADOGUCHI_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "deploy.settings.local"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", SHOW],
        env=environment | given,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def test_the_noted_servers_are_used_unless_others_are_given(tmp_path: Path) -> None:
    layout = Layout(var=tmp_path)
    layout.make()
    write_environment(layout=layout, environment=NOTED)
    noted = layout.run / "environment.json"
    assert noted.stat().st_mode & 0o777 == 0o600
    assert "HOME" not in json.loads(noted.read_text())
    assert shown(tmp_path, given={}) == "noted 8123"
    assert shown(tmp_path, given={"MADOGUCHI_DATABASE_MODE": "owner"}) == "noted_by_owner 8123"
    given = {"MADOGUCHI_DATABASE_URL": "postgresql://app@127.0.0.1:5432/given"}
    assert shown(tmp_path, given=given) == "given 8000"
    clear_state(layout)
    assert not noted.exists()
