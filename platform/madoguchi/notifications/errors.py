from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound
from madoguchi.notifications.texts import Problem


class UnknownMessageKind(NotFound):
    """Nobody declares this kind of message."""

    code = "unknown_message_kind"
    message = _("この通知種別はありません。")


class WordingMoved(Invalid):
    """Somebody changed the words after the page was opened."""

    code = "wording_moved"
    message = _(
        "この画面を開いたあとに、文面が変更されました。"
        "「変更の履歴」で、いまの文面と比べて、よければもう一度保存してください。"
    )


class TextRefused(Invalid):
    """A text cannot be sent as it stands; ``problems`` says where and why, by field."""

    code = "text_refused"
    message = _("文面に直すところがあります。")

    def __init__(self, *, problems: dict[str, list[Problem]]) -> None:
        super().__init__()
        self.problems = problems
