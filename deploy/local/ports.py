"""Free and taken ports of this machine."""

import os
import socket

from deploy.local.trouble import Trouble

DEFAULT_PORT = 8000


def free_port() -> int:
    """return a port of the loopback address that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def web_port() -> int:
    """return the port that PORT asks for."""
    text = os.environ.get("PORT", "") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f'PORT is "{text}"; it must be a number from 1 to 65535.')
    return int(text)


def require_free(port: int) -> None:
    """raise Trouble when the web server could not listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Trouble(f"Port {port} may not be used by this user. {_advice(port)}") from error
        except OSError as error:
            raise Trouble(f"Port {port} is in use by another program. {_advice(port)}") from error


def _advice(port: int) -> str:
    other = port + 1 if 1024 <= port < 65535 else 8001
    return f"Choose another one:  PORT={other} bin/up"
