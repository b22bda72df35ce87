"""The hidden field that marks a form whose words may be kept when the session ends."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from madoguchi.web import signing

FIELD = "_draft"
PURPOSE = "web.draft"


def hidden_field(request: HttpRequest, *, now: datetime) -> SafeString:
    """Write the field: it names, signed, who opened which form."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return SafeString("")
    token = signing.sign([str(user.pk), request.path], purpose=PURPOSE, now=now)
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token)
