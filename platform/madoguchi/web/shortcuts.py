"""Every keyboard shortcut of staff pages, declared once: the pages, the help sheet and the script follow."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.web.navigation import Section


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after the other, what they do, and where they lead."""

    keys: tuple[str, ...]
    label: str | Promise
    url: str = ""


@dataclass(frozen=True)
class Sheet:
    """Shortcuts of one kind, for the help sheet."""

    heading: str | Promise
    shortcuts: tuple[Shortcut, ...]


# What the script does by itself: staff-keys.js holds the same keys.
ON_A_LIST = (
    Shortcut(("/",), _("検索の欄へ移る")),
    Shortcut(("j",), _("次の行へ（↓でも同じ）")),
    Shortcut(("k",), _("前の行へ（↑でも同じ）")),
    Shortcut(("Enter",), _("選んでいる行を開く")),
    Shortcut(("x",), _("選んでいる行にチェックを付ける・外す")),
)
ANYWHERE = (
    Shortcut(("?",), _("この一覧を開く")),
    Shortcut(("s",), _("いまの画面を保存・送信する")),
)


def sheets(*, home: str, sections: Iterable[Section]) -> tuple[Sheet, ...]:
    """List every shortcut that works for this person."""
    links = [link for section in sections for link in section.links if link.keys]
    leading = tuple(Shortcut(tuple(link.keys.split()), link.label, link.url) for link in links)
    first = Shortcut(("g", "h"), _("職員トップを開く"), home)
    return (
        Sheet(_("画面を開く"), (first, *leading)),
        Sheet(_("一覧の中で"), ON_A_LIST),
        Sheet(_("どの画面でも"), ANYWHERE),
    )
