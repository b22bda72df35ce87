"""Asking every host of the demo whether it answers."""

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from deploy.local.table import addresses
from deploy.local.trouble import Trouble

WAIT_SECONDS = 90.0
BROKEN_SECONDS = 5.0
REQUEST_SECONDS = 30.0


def wait_for_hosts(*, demo: dict[str, object], between: Callable[[], None]) -> None:
    """return when every host of the demo shows a page; call `between` while waiting.

    A host that refuses connections is waited for; one that shows errors is given up soon.
    """
    started = time.monotonic()
    broken_since: float | None = None
    waiting = addresses(demo)
    while waiting:
        between()
        status, fault = look_at(waiting[0])
        now = time.monotonic()
        if 0 < status < 400:
            waiting.pop(0)
            broken_since = None
            continue
        broken_since = (broken_since or now) if status else None
        if now - started > WAIT_SECONDS or (broken_since and now - broken_since > BROKEN_SECONDS):
            raise Trouble(f"{waiting[0]} does not answer as it should: {fault}.")
        time.sleep(0.1)


def look_at(address: str) -> tuple[int, str]:
    """return the status of the page at an address, or 0, and what is wrong in words.

    Asks 127.0.0.1 with the host's name, since not every resolver knows names below localhost.
    """
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=REQUEST_SECONDS)
    try:
        connection.request("GET", parts.path or "/", headers={"Host": parts.netloc})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()
    return status, f"status {status}"
