"""The mail that reminds somebody of a card that waits, with the text every city starts from."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import MessageKind, Placeholder

REMINDER: Final = MessageKind(
    name="card_management.reminder",
    label=_("カードの受け取りのお願い（催促）"),
    placeholders=(
        Placeholder(
            name="deadline", label=_("受取期限"), sample="2026年（令和8年）12月9日（水）", is_required=True
        ),
        Placeholder(
            name="link", label=_("予約のページのリンク"), sample="https://example.jp/", is_required=True
        ),
        Placeholder(name="phone", label=_("電話番号"), sample="000-000-0000"),
    ),
    has_no_personal_data=True,
    subject={
        "ja": "マイナンバーカードの受け取りのお願い",
        "en": "Your My Number Card is waiting",
        "ja-easy": "カードを 取《と》りに 来《き》てください",
    },
    body={
        "ja": (
            "以前に予約された方（または、いっしょに来られる予定だった方）の"
            "マイナンバーカードが、まだ受け取られていません。\n"
            "受取期限：{deadline}\n"
            "期限を過ぎると、カードは廃棄されることがあります。\n\n"
            "受け取りには予約が必要です。\n{link}\n\n"
            "行き違いで受け取りがお済みのときは、ご容赦ください。\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "A My Number Card for which you booked a visit before (yours or that of somebody who was to come"
            " with you) has not been collected yet.\n"
            "Collect it by: {deadline}\n"
            "After that day the card may be destroyed.\n\n"
            "Please book a visit.\n{link}\n\n"
            "If you have collected it meanwhile, please ignore this mail.\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "前《まえ》に 予約《よやく》した マイナンバーカードが、まだ あります。\n"
            "この日《ひ》までに 取《と》りに 来《き》てください：{deadline}\n"
            "この日《ひ》が すぎると、カードを 捨《す》てることが あります。\n\n"
            "来《く》る 前《まえ》に 予約《よやく》してください。\n{link}\n\n"
            "もう カードを もらった人《ひと》は、このメールを 消《け》してください。\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)
