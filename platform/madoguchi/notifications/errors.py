from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound


class UnknownMessageKind(NotFound):
    """Nobody declares this kind of message."""

    code = "unknown_message_kind"
    message = _("この通知種別はありません。")


class TextRefused(Invalid):
    """A text cannot be sent as it stands; ``problems`` says where and why."""

    code = "text_refused"
    message = _("文面に直すところがあります。")
