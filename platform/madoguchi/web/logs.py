"""What never gets into a log: the secrets that mailed links carry in their addresses."""

import logging
import re

# Longer than a UUID, so that the numbers of cards and bookings stay readable.
SECRET = re.compile(r"(?<=/)[\w:.=-]{40,}(?=/|\?|$)")


class WithoutSecrets(logging.Filter):
    """Takes tokens out of the addresses in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without the secrets in its words."""
        record.msg = SECRET.sub("…", record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(_cleaned(each) for each in record.args)
        return True


def _cleaned(value: object) -> object:
    return SECRET.sub("…", value) if isinstance(value, str) else value
