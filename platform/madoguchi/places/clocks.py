"""A time of day as clerks type it: 9:00, 900, 17, also with wide digits."""

import re
import unicodedata
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WRITTEN = re.compile(r"(\d{1,2})(?:[:.時]?(\d{2})分?)?時?")


class ClockField(forms.TimeField):
    """A time of day in a plain text field: the browser's own picker shows AM and PM on some machines."""

    default_error_messages = {"invalid": _("時間は 9:00 のように入力してください。")}

    def __init__(self, **kwargs: Any) -> None:
        hints = {"inputmode": "numeric", "maxlength": 8, "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TimeInput(attrs={"class": "clock", **hints}, format="%-H:%M"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        """Read the time however it was typed."""
        if isinstance(value, time) or not value:
            return super().to_python(value) if value else None
        found = WRITTEN.fullmatch(unicodedata.normalize("NFKC", str(value)).replace(" ", ""))
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return time(int(found[1]), int(found[2] or 0))
