"""Pictures from telephones: kept without what else they tell, such as where they were taken."""

from io import BytesIO
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageOps
from wagtail.images.forms import BaseImageForm

# A telephone's picture may hold a second one beside the first.
WRITTEN_AS: Final = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
NEEDED_TO_DRAW: Final = ("icc_profile", "transparency")
QUALITY: Final = 92


class PictureForm(BaseImageForm):
    """The form with which editors put in a picture."""

    def clean(self) -> dict[str, Any]:
        """Draw a new picture anew."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if isinstance(file, UploadedFile):
            try:
                cleaned["file"] = drawn_anew(file)
            except (OSError, SyntaxError, ValueError) as error:
                message = self.fields["file"].error_messages["invalid_image"]
                raise ValidationError({"file": message}) from error
        return cleaned


def drawn_anew(file: "UploadedFile[Any]") -> "UploadedFile[Any]":
    """Draw a picture upright and without remarks; one that moves stays as it is.

    Raises OSError, SyntaxError or ValueError where it cannot be read to its end.
    """
    file.seek(0)
    with Image.open(file) as image:
        kind = WRITTEN_AS.get(image.format or "")
        if kind is None or (kind != "JPEG" and getattr(image, "is_animated", False)):
            file.seek(0)
            return file
        upright = ImageOps.exif_transpose(image)
    upright.info = {name: value for name, value in upright.info.items() if name in NEEDED_TO_DRAW}
    target = BytesIO()
    upright.save(target, kind, quality=QUALITY, icc_profile=upright.info.get("icc_profile"))
    return SimpleUploadedFile(file.name or "", target.getvalue(), file.content_type or "")
