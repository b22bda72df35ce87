"""The file of the PC's administrator: which cities' pages may speak to this agent."""

import base64
import binascii
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PORT = 47110
KEY_BYTES = 32


class BadConfiguration(ValueError):
    """The file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Origins with their cities' public keys, the port, and how numbers are asked for."""

    keys: dict[str, bytes] = field(default_factory=dict)
    port: int = PORT
    asks_in: str = "window"


def load(path: Path, /) -> Configuration:
    """Read the file.

    Raises BadConfiguration.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise BadConfiguration(f"設定ファイルがありません: {path}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfiguration(f"設定ファイルを読めません: {path}: {error}") from error
    return parse(written)


def parse(written: dict[str, Any], /) -> Configuration:
    """Check what was written.

    Raises BadConfiguration.
    """
    cities = written.get("cities", [])
    keys = {_origin(city): _key(city) for city in cities if isinstance(city, dict)}
    if not keys:
        raise BadConfiguration("[[cities]] に origin と key を書いてください。")
    port = written.get("port", PORT)
    if not isinstance(port, int) or isinstance(port, bool) or not 1024 <= port <= 65535:
        raise BadConfiguration("port は 1024 から 65535 までの数で書いてください。")
    asks_in = written.get("asks_in", "window")
    if asks_in not in ("window", "console"):
        raise BadConfiguration('asks_in は "window" か "console" で書いてください。')
    return Configuration(keys=keys, port=port, asks_in=asks_in)


def _origin(city: dict[str, Any]) -> str:
    origin = str(city.get("origin", ""))
    parts = urlsplit(origin)
    is_plain = not (parts.path or parts.query or parts.fragment or parts.username)
    is_own = parts.hostname in ("localhost", "127.0.0.1") or str(parts.hostname).endswith(".localhost")
    if (
        not parts.hostname
        or not is_plain
        or parts.scheme not in (("https", "http") if is_own else ("https",))
    ):
        raise BadConfiguration(f"origin は https://ホスト名 の形で書いてください: {origin}")
    return origin


def _key(city: dict[str, Any]) -> bytes:
    try:
        key = base64.b64decode(str(city.get("key", "")), validate=True)
    except binascii.Error as error:
        raise BadConfiguration("key は画面に出ている文字をそのまま写してください。") from error
    if len(key) != KEY_BYTES:
        raise BadConfiguration("key は画面に出ている文字をそのまま写してください。")
    return key
