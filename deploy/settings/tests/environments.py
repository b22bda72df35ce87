"""A full environment of production, and a process that starts with it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECRET = "kJ8s0aQmZ2xv7Lr4Wn1Tt6Yp9Ue3Hd5Gc8Fb2Va0Xi7Ro4Sq1Mw6"


def full_environment(folder: Path) -> dict[str, str]:
    """say everything that production wants to know."""
    return {
        "MADOGUCHI_SECRET_KEY": SECRET,
        "MADOGUCHI_RELEASE": "internet",
        "MADOGUCHI_BASE_HOST": "madoguchi.example.jp",
        "MADOGUCHI_STAFF_BASE_HOST": "madoguchi.asp.lgwan.jp",
        "MADOGUCHI_HOSTS": "mado.city.example.lg.jp",
        "MADOGUCHI_DATABASE_URL": "postgresql://app:word@db.example.jp/madoguchi?sslmode=verify-full",
        "MADOGUCHI_VALKEY_URL": "rediss://:word@valkey.example.jp:6379/0",
        "MADOGUCHI_SMTP_HOST": "smtp.example.jp",
        "MADOGUCHI_VAR": str(folder / "var"),
        "MADOGUCHI_KEY_STORE": str(folder / "keys"),
        "MADOGUCHI_KEY_FILE": str(folder / "wrapping" / "wrapping.key"),
        "MADOGUCHI_JOURNAL": str(folder / "journal"),
        "MADOGUCHI_TLS_HEADER": "X-Forwarded-Proto",
        "MADOGUCHI_TRUSTED_PROXIES": "10.0.0.0/8",
        "MADOGUCHI_DISK_EVIDENCE": "LUKS2 on every host, seen by 900001 on 2026-11-01",
        "MADOGUCHI_OPERATORS_NETWORKS": "203.0.113.0/24",
    }


def start(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """run this Python with production's settings and nothing else of this process's environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
            "DJANGO_SETTINGS_MODULE": "deploy.settings.production",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
