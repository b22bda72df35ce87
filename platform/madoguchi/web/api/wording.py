"""What the framework says to programs in English alone, said in Japanese first like everything else."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import fields, serializers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: Final[tuple[tuple[Any, str, "_StrPromise"], ...]] = (
    (fields.BooleanField, "invalid", _("true か false で送ってください。")),
    (fields.CharField, "invalid", _("文字列で送ってください。")),
    (fields.UUIDField, "invalid", _("UUIDの形で送ってください。例：123e4567-e89b-12d3-a456-426614174000")),
    (fields.BigIntegerField, "invalid", _("整数で送ってください。")),
    (fields.FloatField, "overflow", _("数が大きすぎます。")),
    (fields.DateTimeField, "make_aware", _("時間帯「{timezone}」にない日時です。")),
    (fields.DateTimeField, "overflow", _("日時が、扱える範囲の外です。")),
    (fields.ListField, "min_length", _("{min_length}件以上を送ってください。")),
    (fields.ListField, "max_length", _("{max_length}件までにしてください。")),
    (serializers.ListSerializer, "min_length", _("{min_length}件以上を送ってください。")),
    (serializers.ListSerializer, "max_length", _("{max_length}件までにしてください。")),
    (fields.DictField, "empty", _("空にはできません。")),
    (fields.SlugField, "invalid_unicode", _("文字、数字、ハイフン、下線だけで送ってください。")),
)


def word_all_fields() -> None:
    """Give the fields of every serializer, whoever writes it, our sentences."""
    for field, code, sentence in SENTENCES:
        field.default_error_messages[code] = sentence
