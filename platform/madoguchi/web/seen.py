"""What a page showed when it was opened: nobody saves upon something newer without having been told."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import Invalid

# Behind a line, so that no field has this name.
SEEN: Final = "_seen"


class PageMoved(Invalid):
    """Somebody saved the same page after this one was opened."""

    code = "page_moved"
    message = gettext_lazy(
        "この画面を開いたあとに、内容が変更されました。"
        "各欄に示した、いまの内容を確かめて、よければもう一度保存してください。"
    )


def mark_of(text: str) -> str:
    """Name a content in the signs of a key, for pages and addresses to carry.

    As long as a key: in fewer signs the gate behind all forms would see a My Number now and then, by chance.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def version_of(values: Mapping[str, Any]) -> str:
    """Name a state of things by its content."""
    return mark_of(json.dumps(dict(values), sort_keys=True, default=str, ensure_ascii=False))


def ensure_current(*, seen: str | None, current: str, refusal: type[Invalid] = PageMoved) -> None:
    """Refuse to save upon something newer than the page showed; who names nothing saw nothing.

    Raises the refusal.
    """
    if seen not in (None, current):
        raise refusal


def field_of(*, sent: str | None, current: str, is_told: bool) -> tuple[str, str]:
    """Give the hidden field of a page: a mistake in another field does not make it newer."""
    return SEEN, current if sent is None or is_told else sent


def tell_current(form: forms.Form, *, refusal: Invalid, current: Mapping[str, Any]) -> None:
    """Say above the form that it was overtaken, and beside each field that differs what stands there now."""
    for name in [name for name in form.cleaned_data if name in current]:
        value = current[name]
        if _plain(form.cleaned_data[name]) != _plain(value):
            said = {"label": form[name].label, "value": _shown(form.fields[name], value)}
            form.add_error(name, _("「%(label)s」は、いま「%(value)s」です。") % said)
    form.add_error(None, str(refusal))


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    each = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return "、".join(labels.get(str(one), str(one)) for one in each if one not in ("", None)) or "—"
