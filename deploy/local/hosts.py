"""Asking every host of the demo whether it answers."""

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from deploy.local.table import addresses
from deploy.local.trouble import Trouble

WAIT_SECONDS = 90.0


def wait_for_hosts(*, demo: dict[str, object], between: Callable[[], None]) -> None:
    """return when every host of the demo shows a page; call `between` while waiting."""
    deadline = time.monotonic() + WAIT_SECONDS
    waiting = addresses(demo)
    last = ""
    while waiting:
        between()
        last = fault_of(waiting[0])
        if not last:
            waiting.pop(0)
        elif time.monotonic() > deadline:
            raise Trouble(f"{waiting[0]} does not answer ({last}). See var/log/web.log.")
        else:
            time.sleep(0.1)


def fault_of(address: str) -> str:
    """return what is wrong with the page at an address, nothing when it is fine.

    Asks 127.0.0.1 with the host's name, since not every resolver knows names below localhost.
    """
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)
    try:
        connection.request("GET", parts.path or "/", headers={"Host": parts.netloc})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return "" if status < 400 else f"status {status}"
