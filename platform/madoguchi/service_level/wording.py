"""The report of a month in words: the same sections on the page, on paper and in the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.accounts.desk.alerts import KINDS
from madoguchi.ledger.audit.phrases import Vocabulary
from madoguchi.ledger.audit.report_questions import FIRST_HOUR, LAST_HOUR
from madoguchi.web.templatetags.madoguchi import wareki, wareki_moment


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table of the report: what, more about it, how much."""

    name: str
    heading: str
    heads: tuple[str, str, str]
    rows: Sequence[tuple[str, str, str]]
    note: str = ""
    empty: str = ""


def sections(content: Mapping[str, Any]) -> list[Section]:
    """Put a report into words."""
    words = Vocabulary()
    return [
        _summary(content),
        _acts(content, words),
        _people(content),
        _odd_hours(content),
        _sign_ins(content, words),
        _exports(content, words),
        _operators(content, words),
        _alerts(content),
        _days(content),
        _anchors(content),
    ]


def _summary(content: Mapping[str, Any]) -> Section:
    kinds = {
        "staff": _("職員"),
        "operator": _("運用者"),
        "resident": _("住民"),
        "machine": _("連携プログラム"),
        "system": _("システム"),
    }
    rows = [(_("記録の総数"), "", _number(sum(count for _kind, count in content["kinds"])))]
    rows += [(kinds.get(kind, kind), "", _number(count)) for kind, count in content["kinds"]]
    seals = content["seals"]
    span = _("番号 %(first)s〜%(last)s") % seals if seals["count"] else ""
    rows.append((_("封印"), span, _number(seals["count"])))
    if seals["count"]:
        rows.append((_("月の最後の封印の照合値"), str(seals["digest"]), ""))
    return Section(name="summary", heading=_("まとめ"), heads=(_("項目"), _("内容"), _("件数")), rows=rows)


def _acts(content: Mapping[str, Any], words: Vocabulary) -> Section:
    rows = [
        (words.say(str(action)), _("拒否") if is_denied else "", _number(count))
        for action, is_denied, count in content["acts"]
    ]
    return Section(
        name="acts",
        heading=_("多かった操作"),
        heads=(_("操作"), _("結果"), _("件数")),
        rows=rows,
        empty=_("記録はありません。"),
    )


def _people(content: Mapping[str, Any]) -> Section:
    rows = [
        (str(name), _("個人情報の閲覧 %(reads)s件") % {"reads": _number(reads)}, _number(count))
        for name, _kind, count, reads in content["people"]
    ]
    return Section(
        name="people",
        heading=_("操作の多かった人"),
        heads=(_("氏名"), _("うち"), _("件数")),
        rows=rows,
        empty=_("職員の操作はありません。"),
    )


def _odd_hours(content: Mapping[str, Any]) -> Section:
    rows = [
        (str(name or "—"), f"{_moment(first)} 〜 {_moment(last)}", _number(count))
        for name, count, first, last in content["odd_hours"]
    ]
    hours = {"first": FIRST_HOUR, "last": LAST_HOUR}
    return Section(
        name="odd_hours",
        heading=_("時間外の操作"),
        note=_("平日の%(first)s時から%(last)s時まで以外と、土曜・日曜の操作です。") % hours,
        heads=(_("氏名"), _("最初と最後"), _("件数")),
        rows=rows,
        empty=_("時間外の操作はありません。"),
    )


def _sign_ins(content: Mapping[str, Any], words: Vocabulary) -> Section:
    rows = [(words.say(str(action)), "", _number(count)) for action, count in content["sign_ins"]]
    rows += [
        (_("失敗の多かった人"), str(name or _("登録のない職員コード")), _number(count))
        for name, count in content["refused_people"]
    ]
    return Section(
        name="sign_ins",
        heading=_("サインイン"),
        heads=(_("内容"), _("氏名"), _("件数")),
        rows=rows,
        empty=_("サインインはありません。"),
    )


def _exports(content: Mapping[str, Any], words: Vocabulary) -> Section:
    rows = [
        (str(name or "—"), f"{words.say(str(action))}（{count}{_('回')}）", _number(rows))
        for name, action, count, rows in content["exports"]
    ]
    return Section(
        name="exports",
        heading=_("書き出し"),
        heads=(_("氏名"), _("操作"), _("行数")),
        rows=rows,
        empty=_("書き出しはありません。"),
    )


def _operators(content: Mapping[str, Any], words: Vocabulary) -> Section:
    rows = [
        (str(name or "—"), f"{words.say(str(action))}　{_moment(first)} 〜 {_moment(last)}", _number(count))
        for name, action, count, first, last in content["operators"]
    ]
    return Section(
        name="operators",
        heading=_("運用者の操作"),
        heads=(_("氏名"), _("操作と、最初・最後の日時"), _("件数")),
        rows=rows,
        empty=_("運用者の操作はありません。"),
    )


def _alerts(content: Mapping[str, Any]) -> Section:
    rows = [
        (
            f"{KINDS.get(kind, kind)}",
            f"{name}　{_moment(since)}　" + (_("確認：%(who)s") % {"who": seen} if seen else _("未確認")),
            _number(count),
        )
        for kind, name, count, since, seen, _note in content["alerts"]
    ]
    return Section(
        name="alerts",
        heading=_("気になる操作"),
        heads=(_("種類"), _("操作した人と確認"), _("数")),
        rows=rows,
        empty=_("見つかっていません。"),
    )


def _days(content: Mapping[str, Any]) -> Section:
    rows = [(wareki(date.fromisoformat(day)), "", _number(count)) for day, count in content["days"]]
    return Section(name="days", heading=_("日ごとの件数"), heads=(_("日"), "", _("件数")), rows=rows)


def _anchors(content: Mapping[str, Any]) -> Section:
    rows = [
        (f"{wareki(date.fromisoformat(day))}（{number}）", str(digest), _number(entries))
        for day, number, entries, digest in content["anchors"]
    ]
    return Section(
        name="anchors",
        heading=_("日ごとの控え"),
        note=_("この表を紙で残しておくと、操作履歴の全体を作り直す不正も見つかります。"),
        heads=(_("日（封印の番号）"), _("照合値"), _("記録の総数")),
        rows=rows,
        empty=_("控えはありません。"),
    )


def lines_of(found: Iterable[Section]) -> Iterable[list[str]]:
    """Write the sections as the lines of a file."""
    yield [_("区分"), _("項目"), _("内容"), _("数")]
    for section in found:
        for row in section.rows:
            yield [section.heading, *row]


def _number(count: int) -> str:
    return f"{count:,}"


def _moment(text: str) -> str:
    return wareki_moment(datetime.fromisoformat(text))
