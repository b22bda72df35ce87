"""What the server itself sees of a terminal, and how measured values are judged."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.terminals.rules import (
    LARGEST_CLOCK_DIFFERENCE_SECONDS,
    SLOWEST_DOWNLOAD_MS,
    SLOWEST_ROUND_TRIP_MS,
    Trouble,
)
from madoguchi.web.addresses import client_address

LONGEST_AGENT = 300


def screen(request: HttpRequest, typed: dict[str, object], *, now: datetime) -> tuple[str, dict[str, str]]:
    """Judge the browser: letters seen, clock close to ours."""
    difference = _clock_difference(typed.get("clock_ms"), now)
    facts = {
        "user_agent": request.headers.get("User-Agent", "")[:LONGEST_AGENT],
        "javascript": _("使える") if typed["javascript"] == "yes" else _("使えない（なくても動きます）"),
        "cookies": _("使える"),
        "window": str(typed["window"] or _("測れない")),
        "clock": _("測れない") if difference is None else _("%(seconds)s秒") % {"seconds": difference},
        "letters": _("すべて見える") if typed["letters"] == "yes" else _("見えない文字がある"),
        "note": str(typed["note"]),
    }
    is_late = difference is not None and abs(difference) > LARGEST_CLOCK_DIFFERENCE_SECONDS
    return ("bad" if typed["letters"] == "no" or is_late else "ok"), facts


def network(request: HttpRequest, typed: dict[str, object]) -> tuple[str, dict[str, str]]:
    """Judge the way to the server: encrypted, and fast enough where it could be measured."""
    proxy = request.headers.get("Via", "")[:LONGEST_AGENT]
    facts = {
        "address": client_address(request),
        "tls": _("暗号化されている") if request.is_secure() else _("暗号化されていない"),
        "proxy": _("あり（%(proxy)s）") % {"proxy": proxy} if proxy else _("見えない"),
        "round_trip": _milliseconds(typed["round_trip_ms"]),
        "download": _milliseconds(typed["download_ms"]),
        "note": str(typed["note"]),
    }
    slow = _is_slow(typed["round_trip_ms"], SLOWEST_ROUND_TRIP_MS) or _is_slow(
        typed["download_ms"], SLOWEST_DOWNLOAD_MS
    )
    return ("bad" if slow or not request.is_secure() else "ok"), facts


def printer(typed: dict[str, object]) -> tuple[str, dict[str, str]]:
    """Judge a printed page by three answers."""
    words = {"yes": _("はい"), "no": _("いいえ")}
    facts = {name: words[str(typed[name])] for name in ("ruler", "frame", "text")}
    is_bad = "no" in {typed[name] for name in ("ruler", "frame", "text")}
    return ("bad" if is_bad else "ok"), facts | {"note": str(typed["note"])}


def advice_for(trouble: Trouble) -> str:
    """Say what to do about a scan that is not what was printed."""
    return {
        Trouble.NONE: _("正しく読み取れました。"),
        Trouble.EMPTY: _("何も入力されていません。入力欄を選んでから、もう一度読み取ってください。"),
        Trouble.WIDE: _("全角で入力されました。日本語入力をオフ（半角英数）にしてください。"),
        Trouble.CAPITALS: _("大文字と小文字が逆です。CapsLockを解除してください。"),
        Trouble.LAYOUT: _(
            "記号だけが違います。リーダーのキーボード設定を「日本語（106/109）」にしてください。"
        ),
        Trouble.NO_ENTER: _(
            "文字は正しく読めましたが、読み取りの後にEnterが送られていません。"
            "リーダーを「読み取り後にEnter」に設定すると、手間が減ります。"
        ),
        Trouble.OTHER_CODE: _("別の内容が入力されました。この確認のコードを読み取ったか確かめてください。"),
    }[trouble]


def _clock_difference(sent: object, now: datetime) -> int | None:
    return round(sent / 1000 - now.timestamp()) if isinstance(sent, int) else None


def _milliseconds(value: object) -> str:
    if isinstance(value, int):
        return _("%(number)sミリ秒") % {"number": value}
    return _("測れない（JavaScriptが使えません）")


def _is_slow(value: object, limit: int) -> bool:
    return isinstance(value, int) and value > limit
