"""Why a mail did not arrive, in words that a clerk can pass on by telephone."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_ADDRESS = "no address"
# The enhanced status codes of RFC 3463 say more than the three digits before them.
_ENHANCED = re.compile(r"\b[45]\.(\d{1,3}\.\d{1,3})\b")
_PLAIN = re.compile(r"^(\d{3})\b")

_UNKNOWN = _("このメールアドレスは使われていません。アドレスを確かめてください。")
_FULL = _("相手の受信箱がいっぱいです。空けてもらってから、送り直してください。")
_REFUSED = _(
    "相手の受信設定で断られました。携帯電話では、この自治体のメールを受信できる設定にしてもらってください。"
)
_TOO_BIG = _("メールが大きすぎて断られました。")
_NO_HOST = _("メールアドレスの「@」の後ろの部分が見つかりません。アドレスを確かめてください。")
BY_ENHANCED = {
    "1.1": _UNKNOWN,
    "1.2": _NO_HOST,
    "1.3": _UNKNOWN,
    "1.6": _UNKNOWN,
    "1.10": _NO_HOST,
    "2.1": _("このメールアドレスは止められています。別の連絡先を聞いてください。"),
    "2.2": _FULL,
    "2.3": _TOO_BIG,
    "3.4": _TOO_BIG,
    "4.4": _NO_HOST,
    "7.1": _REFUSED,
    "7.26": _REFUSED,
}
BY_CODE = {
    "550": _UNKNOWN,
    "551": _UNKNOWN,
    "552": _FULL,
    "553": _("メールアドレスの形が正しくありません。アドレスを確かめてください。"),
    "554": _REFUSED,
}
# What only the reader can mend: trying the same address again would fail again.
_LASTING = (_UNKNOWN, _NO_HOST, _REFUSED, BY_ENHANCED["2.1"], BY_CODE["553"])
_PASSING = re.compile(r"^4|\b4\.\d{1,3}\.\d{1,3}\b")
_BY_SERVER = _("相手のメールサーバーに断られました。")


def in_words(error: str) -> "str | Promise":
    """Explain an error of the mail server; what is a sentence of ours already stays as it is."""
    if error == NO_ADDRESS:
        return BY_CODE["553"]
    code = _PLAIN.match(error)
    if code is None:
        return error
    enhanced = _ENHANCED.search(error)
    if enhanced and enhanced.group(1) in BY_ENHANCED:
        return BY_ENHANCED[enhanced.group(1)]
    return BY_CODE.get(code.group(1), _BY_SERVER)


def is_lasting(error: str) -> bool:
    """Tell whether the address itself is at fault, so that nothing should be sent there for now."""
    return not _PASSING.search(error) and in_words(error) in _LASTING


_ADVICE: "Mapping[object, str | Promise]" = {
    _UNKNOWN: _("電話などでアドレスを聞き直し、予約のときのアドレスを直してもらってください。"),
    _NO_HOST: _("電話などでアドレスを聞き直し、予約のときのアドレスを直してもらってください。"),
    _FULL: _("受信箱を空けてもらってから、「送り直す」を押してください。"),
    _REFUSED: _("受信の設定を変えてもらい、送信の停止を解除してから、「送り直す」を押してください。"),
}
_OTHERWISE = _("電話などで、ご本人に直接伝えてください。")


def advice_on(error: str) -> "str | Promise":
    """Tell a clerk what to do about a message that did not arrive."""
    return _ADVICE.get(in_words(error), _OTHERWISE)
