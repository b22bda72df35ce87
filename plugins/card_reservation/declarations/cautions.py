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
    documents: "tuple[str | _StrPromise, ...]" = ()
    """What to bring, one thing each."""

    @property
    def codes(self) -> tuple[str, ...]:
        """List the ticks that must be there."""
        return tuple(item.code for item in self.items)

    @property
    def untold_documents(self) -> "tuple[str | _StrPromise, ...]":
        """List what to bring where no caution says it: nobody ticks what they could not read."""
        told = "\n".join(str(item.text) for item in self.items)
        return () if all(str(document) in told for document in self.documents) else self.documents


_IN_FORCE = Cautions(
    version="2026-12",
    items=(
        Caution(
            code="in_person",
            title=_("カードを受け取る本人がお越しください"),
            text=_(
                "カードは、窓口で本人にお渡しします。\n15歳未満の方は、保護者と一緒にお越しください。\n"
                "本人が来られないときは、予約の前にお電話ください。"
            ),
        ),
        Caution(
            code="documents",
            title=_("持ち物をそろえてお越しください"),
            text=_(
                "・交付通知書（はがき）\n・本人確認書類（運転免許証など）\n・通知カード（お持ちの方）\n"
                "・住民基本台帳カード（お持ちの方）\n足りないときは、カードをお渡しできません。"
            ),
        ),
        Caution(
            code="pins",
            title=_("暗証番号を決めてお越しください"),
            text=_(
                "窓口で、2種類の暗証番号を決めます。\n・数字4けた\n・英語の大文字と数字、6文字から16文字\n"
                "この予約のページで暗証番号を入力することはありません。"
            ),
        ),
        Caution(
            code="on_time",
            title=_("予約の時間までにお越しください"),
            text=_(
                "遅れると、長くお待ちいただくことがあります。\n別の日に予約し直していただくこともあります。"
            ),
        ),
    ),
)


_WITHOUT_NOTICE = Cautions(
    version="2026-12",
    items=(
        Caution(
            code="in_person",
            title=_("カードを持っている本人がお越しください"),
            text=_(
                "手続きは、窓口で本人が行います。\n15歳未満の方は、保護者と一緒にお越しください。\n"
                "本人が来られないときは、予約の前にお電話ください。"
            ),
        ),
        Caution(
            code="documents",
            title=_("持ち物をそろえてお越しください"),
            text=_("足りないときは、手続きができません。"),
        ),
        Caution(
            code="on_time",
            title=_("予約の時間までにお越しください"),
            text=_(
                "遅れると、長くお待ちいただくことがあります。\n別の日に予約し直していただくこともあります。"
            ),
        ),
    ),
    documents=(_("マイナンバーカード"), _("手続きの案内（封書やはがきが届いた方）")),
)


def built_in(*, with_notice: bool) -> Cautions:
    """Give the cautions that hold until a city writes its own."""
    return _IN_FORCE if with_notice else _WITHOUT_NOTICE
