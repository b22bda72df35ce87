"""How what programs send is read, on addresses of ours and of the editor's libraries alike."""

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class ShallowJSONParser(JSONParser):
    """Reads JSON that a person could mean: what is nested without end is refused like any other mistake."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """Read what was sent.

        Raises ParseError.
        """
        try:
            found = super().parse(*args, **kwargs)
            # Half a sign, as "\\ud800", can neither be kept nor sent back in a refusal.
            json.dumps(found, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError, exceptions.ParseError) as unreadable:
            raise exceptions.ParseError(_where(unreadable.__context__)) from unreadable
        return found


def _where(mistake: object) -> str:
    """Say where the JSON breaks off; the parser says it in English alone."""
    if not isinstance(mistake, json.JSONDecodeError):
        return _("送られた内容をJSONとして読めません。UTF-8で、入れ子を浅くして送ってください。")
    return _("送られた内容をJSONとして読めません（%(line)s行目の%(column)s文字目）。") % {
        "line": mistake.lineno,
        "column": mistake.colno,
    }
