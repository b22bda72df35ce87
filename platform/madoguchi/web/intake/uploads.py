"""Uploaded files: in memory, and judged before anybody reads a byte of them.

A file is looked into when it is first read, after the page has checked who asks: strangers cannot keep
the scanner busy, and code that reads a file cannot go around the guard.
"""

from typing import IO, Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi import clock, tenancy
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.web.access import actor_behind
from madoguchi.web.intake import bombs, scanning
from madoguchi.web.intake.errors import UploadRefused
from madoguchi.web.intake.my_number import find_my_number
from madoguchi.web.intake.texts import words_of

REFUSED = "web.upload_refused"
INFECTED = _("このファイルからウイルスが見つかりました。取り込まずに捨てました。情報担当に連絡してください。")
UNCHECKED = _(
    "ウイルスの検査がいまできないため、ファイルを受け取れません。時間をおいて、もう一度選んでください。"
)
MY_NUMBER = _(
    "ファイルの中に個人番号（マイナンバー）と思われる12桁の数字があります。"
    "ここでは個人番号を使いません。消してから選び直してください。"
)


class GuardedUpload(InMemoryUploadedFile):
    """An uploaded file that opens only once it was found harmless."""

    def __init__(self, *, held: "UploadedFile[Any]", request: HttpRequest | None) -> None:
        self._held: Any = None
        self._request = request
        self._refusal: UploadRefused | None = None
        self._is_judged = False
        super().__init__(
            held.file,  # type: ignore[arg-type]
            getattr(held, "field_name", None),
            held.name,
            held.content_type or "",
            held.size,
            held.charset,
            held.content_type_extra,
        )

    @property
    def file(self) -> Any:
        """The open file.

        Raises UploadRefused, each time it is asked for.
        """
        if not self._is_judged:
            self._judge()
        if self._refusal is not None:
            raise self._refusal
        return self._held

    @file.setter
    def file(self, value: IO[Any] | None) -> None:
        self._held = value

    def _judge(self) -> None:
        try:
            judge(content=self._held.getvalue(), name=self.name or "")
        except UploadRefused as refusal:
            self._refusal = refusal
            self._held = None
            _record(self._request, refusal)
        finally:
            self._is_judged = True


class GuardingUploadHandler(MemoryFileUploadHandler):
    """Keeps an upload in memory, under guard; what is too large is dropped as before."""

    def file_complete(self, file_size: int) -> GuardedUpload | None:
        """Hand the whole file over."""
        held = super().file_complete(file_size)
        return None if held is None else GuardedUpload(held=held, request=self.request)


def judge(*, content: bytes, name: str) -> None:
    """Look for what bursts when it is unpacked, for viruses and for My Numbers, in this order.

    Raises UploadRefused.
    """
    bomb = bombs.find_bomb(content=content, name=name)
    if bomb is not None:
        raise UploadRefused(reason=bomb.reason, sentence=bomb.sentence)
    verdict = scanning.scan(content=content)
    if verdict.state == "infected":
        raise UploadRefused(reason="infected", sentence=INFECTED, threat=verdict.threat)
    if verdict.state == "unknown":
        raise UploadRefused(reason="unchecked", sentence=UNCHECKED)
    for text in words_of(content=content, name=name):
        if find_my_number(text=text) is not None:
            raise UploadRefused(reason="my_number", sentence=MY_NUMBER)


def _record(request: HttpRequest | None, refusal: UploadRefused) -> None:
    if request is None or not tenancy.is_in_city():
        return
    user = getattr(request, "user", None)
    actor = actor_behind(request) if user is not None and user.is_authenticated else SYSTEM
    audit.record_denied(
        actor=actor,
        action=REFUSED,
        object_type="upload",
        object_ids=[],
        details={"reason": refusal.reason, "threat": refusal.threat[:100]},
        now=clock.now(),
    )
