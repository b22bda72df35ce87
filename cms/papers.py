"""Documents for residents: read as words where they are words, so that no My Number is published."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

from madoguchi.web.intake.errors import NO_MY_NUMBER
from madoguchi.web.intake.my_number import find_my_number

ENCODINGS = ("utf-8-sig", "cp932", "utf-16")
TEXTS = (".txt", ".csv")


class PaperForm(BaseDocumentForm):
    """The form with which editors put in a document."""

    def clean(self) -> dict[str, Any]:
        """Refuse a list or a note with a My Number; office documents were looked into before."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if isinstance(file, UploadedFile) and (file.name or "").lower().endswith(TEXTS):
            file.seek(0)
            content = file.read()
            file.seek(0)
            if any(find_my_number(text=text) is not None for text in _readings(content)):
                raise ValidationError({"file": ValidationError(NO_MY_NUMBER, code="my_number")})
        return cleaned


def _readings(content: bytes) -> list[str]:
    return [content.decode(encoding, errors="ignore") for encoding in ENCODINGS]
