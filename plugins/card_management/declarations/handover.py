"""What the counter may do at a hand-over, the words of it, and what a city chooses of it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import setting
from madoguchi.hooks.values import AuditPhrase, Permission, TrialData
from plugins.card_management.declarations.ledger import FLAG_LABELS
from plugins.card_management.rules.handover_documents import Missing, Paper, Proof, Receiver
from plugins.card_management.rules.handover_matching import Difference

OVERRIDE: Final = "card_management.override_warnings"
READ_CHIPS: Final = "card_management.read_chips"
HAND_OVERS: Final = _("カードの交付")

PERMISSIONS: Final = (
    Permission(
        name=OVERRIDE,
        label=_("警告があるカードの交付・通知書の印刷を認める"),
        roles=("city_admin",),
        function=HAND_OVERS,
    ),
    Permission(
        name=READ_CHIPS,
        label=_("カードのICチップを読み取る"),
        roles=("counter_clerk", "city_admin"),
        function=HAND_OVERS,
    ),
)

RECEIVER_LABELS: Final = {
    Receiver.HOLDER: _("本人"),
    Receiver.LEGAL: _("法定代理人（親権者・成年後見人など）"),
    Receiver.APPOINTED: _("任意代理人"),
}
PAPER_LABELS: Final = {
    Paper.LICENCE: _("運転免許証"),
    Paper.PASSPORT: _("パスポート"),
    Paper.MY_NUMBER_CARD: _("マイナンバーカード（顔写真付き）"),
    Paper.RESIDENCE_CARD: _("在留カード・特別永住者証明書"),
    Paper.HISTORY: _("運転経歴証明書"),
    Paper.DISABILITY: _("身体障害者手帳・療育手帳など"),
    Paper.INSURANCE: _("資格確認書"),
    Paper.PENSION: _("年金証書・基礎年金番号通知書"),
    Paper.CHILD: _("母子健康手帳・医療証"),
    Paper.STUDENT: _("学生証・社員証"),
    Paper.OTHER: _("その他、市が認める書類"),
}
PROOF_LABELS: Final = {
    Proof.NOTICE: _("交付通知書"),
    Proof.POWER: _("委任状（交付通知書の委任欄を含む）"),
    Proof.HARDSHIP: _("本人が来庁できない理由を示す書類"),
    Proof.FAMILY: _("代理権を確かめる書類（戸籍謄本・登記事項証明書など）"),
}
MISSING_LABELS: Final = {
    Missing.HOLDER_PAPERS: _("本人の本人確認書類が足りません"),
    Missing.PROXY_PAPERS: _("代理人の本人確認書類が足りません"),
    Missing.NOTICE: _("交付通知書がありません"),
    Missing.POWER: _("委任状がありません"),
    Missing.HARDSHIP: _("本人が来庁できない理由を示す書類がありません"),
    Missing.FAMILY: _("代理権を確かめる書類がありません"),
}
DIFFERENCE_LABELS: Final = {
    Difference.LABEL: _("カードのラベルが、別のカードのものです"),
    Difference.BOOKING: _("予約番号が、このカードの予約と違います"),
    Difference.BORN_ON: _("生年月日が違います"),
    Difference.NAME: _("氏名が違います"),
    Difference.SEX: _("性別が違います"),
    Difference.ADDRESS: _("住所の書き方が台帳と違います。転居していないか確かめてください"),
    Difference.NOT_LOOKED: _("氏名と顔写真を見比べていません"),
    Difference.PAPERS: _("本人確認書類が足りません"),
    Difference.OTHER_DAY: _("予約の日は今日ではありません"),
}
_CODES: Final = {
    Difference.LABEL.value: _("ラベル"),
    Difference.BOOKING.value: _("予約番号"),
    Difference.BORN_ON.value: _("生年月日"),
    Difference.NAME.value: _("氏名"),
    Difference.SEX.value: _("性別"),
    Difference.ADDRESS.value: _("住所"),
    Difference.NOT_LOOKED.value: _("氏名・顔写真の見比べ"),
    Difference.PAPERS.value: _("本人確認書類"),
    Difference.OTHER_DAY.value: _("予約の日"),
    **{flag.value: label for flag, label in FLAG_LABELS.items()},
    "unmatched": _("照合なし"),
    "hand_over": _("交付"),
    "notice": _("通知書の印刷"),
}

AUDIT_PHRASES: Final = (
    AuditPhrase(action="card_management.hand_over_page", phrase=_("交付の画面")),
    AuditPhrase(action="card_management.chip_page", phrase=_("ICチップの読み取りの画面")),
    AuditPhrase(action="card_management.match_passed", phrase=_("交付前の照合が一致した"), terms=_CODES),
    AuditPhrase(
        action="card_management.match_failed", phrase=_("交付前の照合が一致しなかった"), terms=_CODES
    ),
    AuditPhrase(
        action="card_management.override_warning",
        phrase=_("警告があるカードを、理由を書いて認めた"),
        terms=_CODES,
    ),
    AuditPhrase(action="card_management.allow_chip", phrase=_("ICチップの読み取りを始めた")),
)
TABLES_OF_CARDS: Final = ("card_management_handovercheck",)
TRIAL_DATA: Final = (TrialData(label=_("交付前の照合"), tables=TABLES_OF_CARDS),)


@dataclass(frozen=True, kw_only=True)
class HandoverSettings:
    """What a city asks for before a card goes, and whether its counters have readers."""

    requires_match: bool = setting(
        default=True,
        label=_("交付の前に照合を必ず行う"),
        help=_("カードのラベル・予約・本人確認の3つがその日に一致したカードだけを「交付済み」にできます。"),
    )
    counts_papers: bool = setting(
        default=True,
        label=_("本人確認書類の点数を確かめる"),
        help=_("書類の種類と点数が足りないときは、照合を「一致しない」にします。"),
    )
    reads_chips: bool = setting(
        default=False,
        label=_("窓口でICカードリーダーを使う"),
        help=_(
            "読み取り用のソフトを入れたパソコンで、カードのICチップから氏名・住所・生年月日・性別を読み取ります。"
            "使わないときも、手で入力して照合できます。"
        ),
    )
    reads_by_number_b: bool = setting(
        default=False,
        label=_("照合番号Bでの読み取りを認める"),
        help=_("暗証番号が分からない方のカードを、券面に印刷された番号で読み取れるようにします。"),
    )
    chip_port: int = setting(
        default=47110,
        label=_("読み取り用のソフトが待つポート番号"),
        help=_("読み取り用のソフトの設定と同じ数にします。1024から65535までの数で入力してください。"),
        minimum=1024,
        maximum=65535,
    )
