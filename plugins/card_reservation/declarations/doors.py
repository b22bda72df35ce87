"""The letters that people hold in their hands, told by how they look, and where each of them leads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of letter: how to know it, what it is for, and the service it leads to."""

    code: str
    title: "str | _StrPromise"
    look: "str | _StrPromise"
    advice: "str | _StrPromise"
    service: str = ""
    """The code of the service to book, where residents book it here."""


LETTERS: Final = (
    Letter(
        code="pickup",
        title=_("交付通知書"),
        look=_("はがき。右上に「No.」と番号があります。カードができたお知らせです。"),
        advice=_("カードができました。窓口で受け取る日時を予約してください。番号と生まれた月日を使います。"),
        service="pickup",
    ),
    Letter(
        code="certificate",
        title=_("有効期限のお知らせ（電子証明書）"),
        look=_(
            "封筒。「電子証明書の有効期限」と書いてあります。カードを作ってから5回目の誕生日の前に届きます。"
        ),
        advice=_("カードはそのまま使えます。電子証明書だけを、窓口で新しくします。"),
        service="certificate_renewal",
    ),
    Letter(
        code="renewal",
        title=_("有効期限のお知らせ（カード）"),
        look=_("封筒。「マイナンバーカードの有効期限」と書いてあり、申請書が入っています。"),
        advice=_(
            "新しいカードを申し込んでください。申し込みは、スマートフォンや郵便でもできます。"
            "新しいカードができると、交付通知書（はがき）が届きます。"
        ),
        service="card_renewal",
    ),
    Letter(
        code="number",
        title=_("個人番号通知書"),
        look=_("封筒。生まれたときや、日本に来たときに届きます。カードではありません。"),
        advice=_(
            "予約はまだいりません。カードがほしい方は、入っている申請書で申し込んでください。"
            "カードができると、交付通知書（はがき）が届きます。"
        ),
        service="application",
    ),
    Letter(
        code="inquiry",
        title=_("照会書兼回答書"),
        look=_("封筒。窓口で手続きをしたあとに、確認のために届きます。書いて持ってくる紙が入っています。"),
        advice=_(
            "書類に記入して、窓口に持ってきてください。期限があります。予約のしかたは、お電話で確認してください。"
        ),
    ),
    Letter(
        code="none",
        title=_("どれでもない、手紙がない"),
        look=_("手紙をなくした方、どれかわからない方。"),
        advice=_("お電話ください。どの手続きが必要か、一緒に確認します。"),
    ),
)
