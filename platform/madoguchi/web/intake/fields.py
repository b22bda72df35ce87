"""Every field for words and every field for files asks here first, whoever wrote the form."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator

from madoguchi.web.intake.errors import NO_MY_NUMBER, NO_UNSEEN_SIGN, NOTHING_TO_SEE
from madoguchi.web.intake.my_number import my_numbers

_told: ContextVar[set[str] | None] = ContextVar("madoguchi_my_numbers_told", default=None)
# Each of these has validators of its own instead of those of its parent.
WORDS = (forms.CharField, forms.EmailField, forms.URLField, forms.SlugField)
FILES = (forms.FileField, forms.ImageField)
# What no keyboard types: control characters except tab and line ends, and signs that turn a name round.
_UNSEEN: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Signs of format (a zero-width space), of control, and spaces.
_BLANK: Final = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})


def refuse_my_number(value: object) -> None:
    """Refuse a text with a My Number beside its field, in words that do not repeat it.

    Raises ValidationError.
    """
    found = {digits for _start, digits in my_numbers(text=str(value))}
    if not found:
        return
    told = _told.get()
    if told is not None:
        told.update(found)
    raise ValidationError(NO_MY_NUMBER, code="my_number")


def refuse_unseen(value: object) -> None:
    """Refuse a text with signs that nobody sees and could type again, and one of nothing else.

    Raises ValidationError.
    """
    text = str(value)
    if _UNSEEN.search(text):
        raise ValidationError(NO_UNSEEN_SIGN, code="unseen")
    kinds = {unicodedata.category(sign) for sign in text}
    if "Cf" in kinds and kinds <= _BLANK:
        raise ValidationError(NOTHING_TO_SEE, code="unseen")


class ReadField(forms.CharField):
    """What a reader of codes sends: its control characters are for the code's own rules."""

    default_validators = [refuse_my_number]


def refuse_harm(upload: object) -> None:
    """Look into a file before the form believes it.

    Raises UploadRefused.
    """
    if isinstance(upload, UploadedFile):
        assert upload.file is not None


@contextmanager
def noting_what_was_told() -> Iterator[set[str]]:
    """Collect the numbers that forms refuse by themselves while a page is made."""
    told: set[str] = set()
    token = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(token)


def guard_all_fields() -> None:
    """Give the guards to Django's own fields; Wagtail's and those of other houses inherit them."""
    for kinds, guard in ((WORDS, refuse_my_number), (WORDS, refuse_unseen), (FILES, refuse_harm)):
        for kind in kinds:
            if guard not in kind.default_validators:
                kind.default_validators = [*kind.default_validators, guard]
    # Django says in Japanese that something must be typed, which is no help to whoever typed it.
    ProhibitNullCharactersValidator.message = NO_UNSEEN_SIGN
