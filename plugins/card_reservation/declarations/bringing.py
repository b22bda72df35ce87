"""What to bring for a card: a few questions, and what each answer adds to the list.

Nobody's name is asked, and no reason: what is kept are the codes of the things alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: what it adds to the list, or why to telephone before booking."""

    code: str
    label: "str | _StrPromise"
    things: tuple[str, ...] = ()
    advice: "str | _StrPromise" = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its answers."""

    code: str
    label: "str | _StrPromise"
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to bring, and what to settle by telephone first."""

    codes: tuple[str, ...]
    advice: "tuple[str | _StrPromise, ...]"


THINGS: Final[Mapping[str, "str | _StrPromise"]] = {
    "notice": _("交付通知書（はがき）"),
    "photo_id": _("顔写真のある本人確認書類1点（運転免許証、パスポート、在留カードなど）"),
    "two_ids": _("顔写真のない本人確認書類2点（健康保険の資格確認書、年金手帳、学生証など）"),
    "guardian_id": _("一緒に来る保護者や後見人の、顔写真のある本人確認書類"),
    "family_register": _("保護者とわかる書類（戸籍謄本など。同じ世帯の方はいりません）"),
    "guardianship": _("後見人などとわかる書類（登記事項証明書など）"),
    "old_card": _("いまお持ちのマイナンバーカード"),
    "resident_card": _("住民基本台帳カード"),
    "notification_card": _("通知カード（紙のカード）"),
}

QUESTIONS: Final = (
    Question(
        code="who",
        label=_("カードを受け取るのは、どなたですか"),
        answers=(
            Answer(code="self", label=_("15歳以上の本人が来ます")),
            Answer(
                code="child",
                label=_("15歳未満の子どもです。保護者と一緒に来ます"),
                things=("guardian_id", "family_register"),
            ),
            Answer(
                code="ward",
                label=_("後見人などと一緒に来ます"),
                things=("guardian_id", "guardianship"),
            ),
            Answer(
                code="proxy",
                label=_("本人は来られません。代わりの人が来ます"),
                advice=_(
                    "代わりの方が受け取れるのは、病気や障害などで本人が来られないときだけです。"
                    "必要な書類がほかにもあるので、予約の前にお電話ください。"
                ),
            ),
        ),
    ),
    Question(
        code="notice",
        label=_("交付通知書（はがき）はありますか"),
        answers=(
            Answer(code="yes", label=_("あります"), things=("notice",)),
            Answer(
                code="lost",
                label=_("なくしました"),
                advice=_("交付通知書をなくした方は、予約に使う番号をお調べします。お電話ください。"),
            ),
        ),
    ),
    Question(
        code="photo",
        label=_("顔写真のある本人確認書類はありますか（運転免許証、パスポート、在留カードなど）"),
        answers=(
            Answer(code="yes", label=_("あります"), things=("photo_id",)),
            Answer(code="no", label=_("ありません"), things=("two_ids",)),
        ),
    ),
    Question(
        code="old",
        label=_("前のカードをお持ちですか"),
        answers=(
            Answer(code="none", label=_("持っていません")),
            Answer(code="card", label=_("マイナンバーカードを持っています"), things=("old_card",)),
            Answer(code="resident", label=_("住民基本台帳カードを持っています"), things=("resident_card",)),
        ),
    ),
    Question(
        code="paper",
        label=_("通知カード（2020年ごろまでに届いた、紙のカード）はありますか"),
        answers=(
            Answer(code="yes", label=_("あります"), things=("notification_card",)),
            Answer(code="no", label=_("ありません、わかりません")),
        ),
    ),
)


def read(answers: Mapping[str, str]) -> Outcome:
    """Put together the list of what to bring, in a fixed order, from an answer to every question."""
    chosen = [answer for question in QUESTIONS for answer in _given(question, answers)]
    wanted = {thing for answer in chosen for thing in answer.things}
    return Outcome(codes=known(wanted), advice=tuple(answer.advice for answer in chosen if answer.advice))


def known(codes: Iterable[str]) -> tuple[str, ...]:
    """Keep the codes of things that exist, in the order of the list."""
    wanted = set(codes)
    return tuple(code for code in THINGS if code in wanted)


def _given(question: Question, answers: Mapping[str, str]) -> Iterable[Answer]:
    return (answer for answer in question.answers if answers.get(question.code) == answer.code)
