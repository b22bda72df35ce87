"""The mails that our operators get about the cities."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import MessageKind, Placeholder

CONTRACT_ENDING = MessageKind(
    name="tenants.contract_ending",
    label=_("契約終了のお知らせ"),
    world="operators",
    placeholders=(
        Placeholder(name="municipality", label=_("自治体名"), sample="見本市"),
        Placeholder(name="code", label=_("団体コード"), sample="999997"),
        Placeholder(name="ends_on", label=_("契約の終了日"), sample="2031年3月31日（月）", is_required=True),
        Placeholder(name="days", label=_("残りの日数"), sample="180", is_required=True),
    ),
    subject={"ja": "契約終了まで{days}日：{municipality}"},
    body={
        "ja": (
            "{municipality}（{code}）の契約は {ends_on} に終了します。あと {days} 日です。\n\n"
            "更新するときは、自治体の画面で契約期間を変更してください。\n"
            "更新しないときは、データの引き渡しの日程を決め、終了手続きを始めてください。\n"
        )
    },
)
MESSAGE_KINDS = (CONTRACT_ENDING,)
