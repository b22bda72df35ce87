"""Why a file is refused as a whole: each says what to do."""

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound


class FileRefused(Invalid):
    """This file cannot be taken in as it is; ``details`` say where and why."""

    code = "file_refused"
    message = _("このファイルは取り込めません。")

    def __init__(self, *, reason: str, sentence: str, **details: object) -> None:
        super().__init__(reason=reason, sentence=sentence, **details)

    def __str__(self) -> str:
        return str(self.details["sentence"])


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import_not_found"
    message = _("この取込は見つかりません。")


class ProfileNotFound(NotFound):
    """There is no such profile of files, or nobody uses it any more."""

    code = "import_profile_not_found"
    message = _("この取込定義は見つかりません。")


class NotNow(DomainError):
    """The import is not at the step where this can be done."""

    code = "import_not_now"
    message = _("この取込は、いまその操作ができない状態です。画面を読み直してください。")


class Stopped(DomainError):
    """A guard stopped the import; somebody responsible may have to say that the file is right."""

    code = "import_stopped"
    message = _("このファイルは、安全のため取込を止めています。画面の理由を確かめてください。")


class UndoTooLate(DomainError):
    """The time in which an import can be undone is over."""

    code = "import_undo_too_late"
    message = _("取り消しできる期間（取込から24時間）を過ぎています。")
