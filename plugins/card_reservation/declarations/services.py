"""What counters of My Number cards do: the services a city starts with, switched on when it wants them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A service as a city finds it; afterwards it belongs to the city."""

    code: str
    name: str
    name_en: str
    name_easy: str
    summary: str
    summary_en: str
    summary_easy: str
    duration_minutes: int
    identity: str = "none"
    for_residents: bool = True


SEEDS = (
    Seed(
        code="pickup",
        name="マイナンバーカードの受け取り",
        name_en="Pick up a My Number card",
        name_easy="マイナンバーカードを 受《う》け取《と》る",
        summary="交付通知書（はがき）が届いた方。",
        summary_en="For those who received the notice (postcard).",
        summary_easy="交付通知書《こうふつうちしょ》の はがきが 来《き》た 人《ひと》。",
        duration_minutes=30,
        identity="notice",
    ),
    Seed(
        code="certificate_renewal",
        name="電子証明書の更新",
        name_en="Renew the electronic certificates",
        name_easy="電子証明書《でんししょうめいしょ》を 新《あたら》しく する",
        summary="電子証明書の有効期限のお知らせが届いた方。カードはそのまま使えます。",
        summary_en="For those told that the certificates in the card expire. The card itself stays the same.",
        summary_easy=(
            "電子証明書《でんししょうめいしょ》の 期限《きげん》の お知《し》らせが 来《き》た 人《ひと》。"
        ),
        duration_minutes=15,
    ),
    Seed(
        code="card_renewal",
        name="カードの更新の申請",
        name_en="Apply for a new card before the old one expires",
        name_easy="新《あたら》しい カードを 申《もう》し込《こ》む",
        summary="カードの有効期限のお知らせが届いた方。新しいカードは後日お渡しします。",
        summary_en="For those told that the card expires. The new card is handed over on a later day.",
        summary_easy="カードの 期限《きげん》の お知《し》らせが 来《き》た 人《ひと》。",
        duration_minutes=20,
    ),
    Seed(
        code="pin_reset",
        name="暗証番号の変更・再設定",
        name_en="Change or reset the PIN",
        name_easy="暗証番号《あんしょうばんごう》を 変《か》える",
        summary="暗証番号を忘れた方、間違えて使えなくなった方。",
        summary_en="For those who forgot the PIN or are locked out.",
        summary_easy="暗証番号《あんしょうばんごう》を 忘《わす》れた 人《ひと》。",
        duration_minutes=15,
    ),
    Seed(
        code="address_change",
        name="住所・氏名の変更",
        name_en="Change the address or name on the card",
        name_easy="住所《じゅうしょ》や 名前《なまえ》を 変《か》える",
        summary="引っ越しや結婚などで、カードに書かれた内容が変わった方。",
        summary_en="For those who moved or whose name changed.",
        summary_easy="引《ひ》っ越《こ》した 人《ひと》、名前《なまえ》が 変《か》わった 人《ひと》。",
        duration_minutes=20,
    ),
    Seed(
        code="application",
        name="カードの申請（写真撮影つき）",
        name_en="Apply for a card, with a photo taken at the counter",
        name_easy="カードを 申《もう》し込《こ》む（写真《しゃしん》も とります）",
        summary="はじめてカードを作る方。写真は窓口で無料で撮影します。",
        summary_en="For those who have no card yet. The photo is taken at the counter, free of charge.",
        summary_easy="はじめて カードを 作《つく》る 人《ひと》。写真《しゃしん》は 無料《むりょう》です。",
        duration_minutes=30,
    ),
)
