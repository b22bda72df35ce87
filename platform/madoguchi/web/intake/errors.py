"""Why something sent is not taken in: each says what to do."""

from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid

NO_MY_NUMBER: Final = _(
    "個人番号（マイナンバー）と思われる12桁の数字が入っています。"
    "ここでは個人番号を使いません。数字を消して、もう一度送ってください。"
)

NO_UNSEEN_SIGN: Final = _("見えない文字（制御文字）が入っています。消してから、もう一度送ってください。")
NOTHING_TO_SEE: Final = _("目に見えない文字だけが入っています。文字を入力してください。")


class MyNumberSent(Invalid):
    """Twelve digits that look like a My Number were sent: nothing of it is kept, logged or repeated."""

    code: ClassVar[str] = "my_number"
    message = NO_MY_NUMBER


class UnseenSignSent(Invalid):
    """A sign that nobody types and no column takes was sent to a page without a form of its own."""

    code: ClassVar[str] = "unseen_sign"
    message = NO_UNSEEN_SIGN


class UploadHarmful(Invalid):
    """A file was sent that is not taken in; nothing of it is kept."""

    code: ClassVar[str] = "upload_refused"

    def __init__(self, *, reason: str, sentence: Any) -> None:
        super().__init__(reason=reason)
        self._sentence = sentence

    def __str__(self) -> str:
        return str(self._sentence)


class UploadRefused(ValidationError):
    """A file is refused by whoever first reads it, so that a form says it beside the field."""

    def __init__(self, *, reason: str, sentence: Any, threat: str = "") -> None:
        super().__init__(sentence, code=reason)
        self.reason = reason
        self.sentence = sentence
        self.threat = threat
