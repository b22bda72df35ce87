"""What everybody has to know before coming, each ticked before a booking counts (KUR-56)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know, with the word under which its tick is sent."""

    code: str
    title: "str | _StrPromise"
    text: "str | _StrPromise"


@dataclass(frozen=True, slots=True)
class Cautions:
    """The cautions in force; a new version asks everybody again."""

    version: str
    items: tuple[Caution, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """List the ticks that must be there."""
        return tuple(item.code for item in self.items)


_IN_FORCE = Cautions(
    version="2026-11",
    items=(
        Caution(
            code="in_person",
            title=_("カードを受け取る本人がお越しください"),
            text=_(
                "受け取りには本人の来庁が必要です。15歳未満の方は、本人と保護者がそろってお越しください。"
                "本人が来られない事情があるときは、予約の前に窓口へお電話ください。"
            ),
        ),
        Caution(
            code="documents",
            title=_("持ち物をそろえてお越しください"),
            text=_(
                "交付通知書（はがき）、本人確認書類、通知カード（お持ちの方）、住民基本台帳カード（お持ちの方）が必要です。"
                "足りないときは、当日カードをお渡しできません。"
            ),
        ),
        Caution(
            code="pins",
            title=_("暗証番号を決めてお越しください"),
            text=_(
                "数字4桁の暗証番号と、英数字6文字から16文字の署名用暗証番号を窓口で設定します。"
                "暗証番号をこの予約サイトに入力することはありません。"
            ),
        ),
        Caution(
            code="on_time",
            title=_("予約の時間までにお越しください"),
            text=_("遅れると、お待ちいただくか、別の日に予約を取り直していただくことがあります。"),
        ),
    ),
)


def cautions() -> Cautions:
    """Give the cautions in force."""
    return _IN_FORCE
