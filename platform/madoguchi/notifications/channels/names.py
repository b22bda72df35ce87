"""What the DNS says of a name. Asked by tasks alone: an answer may take seconds."""

from collections.abc import Callable

import dns.exception
import dns.resolver

Judge = Callable[[str], bool]
PATIENCE_SECONDS = 8.0


class Unanswered(Exception):
    """No name server answered: nothing is known."""


def texts_of(name: str) -> list[str]:
    """List the texts that stand under a name; none where the name does not exist.

    Raises Unanswered.
    """
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unanswered(name) from error
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
