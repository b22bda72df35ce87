"""Reading the environment, and refusing what cannot be right."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FILE_SUFFIX = "_FILE"


def text(name: str, default: str | None = None) -> str:
    """Read a text from the environment, or from the file NAME_FILE; without a default it must be there."""
    value = given(name)
    if not value and default is None:
        raise ImproperlyConfigured(f"{name} is not set")
    return value or default or ""


def given(name: str) -> str:
    """Read what stands under a name, or in the file that NAME_FILE names; empty when neither is set."""
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}{FILE_SUFFIX}", "")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}{FILE_SUFFIX} are both set: keep one of them")
    if not path:
        return value
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}{FILE_SUFFIX}: {path} cannot be read") from error


def choice(name: str, *, of: tuple[str, ...], default: str) -> str:
    """Read one of a few words from the environment."""
    value = os.environ.get(name, default)
    if value not in of:
        raise ImproperlyConfigured(f"{name} is {value!r}: choose one of {', '.join(of)}")
    return value


def words(name: str) -> tuple[str, ...]:
    """Read a list from the environment: words between commas."""
    return tuple(word for word in (part.strip() for part in os.environ.get(name, "").split(",")) if word)


def whole_number(name: str, default: int) -> int:
    """Read a whole number from the environment."""
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}: a whole number is needed")
    return int(value)


def folder(name: str, default: Path) -> Path:
    """Read a folder from the environment."""
    return Path(os.environ.get(name) or default).resolve()


def database(url: str, *, engine: str) -> dict[str, object]:
    """Read a database address into Django's form."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ImproperlyConfigured("a database address looks like postgresql://user:password@host:port/name")
    return {
        "ENGINE": engine,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": whole_number("MADOGUCHI_CONNECTION_SECONDS", 600),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
