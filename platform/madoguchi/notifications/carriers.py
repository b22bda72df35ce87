"""The companies of Japanese mobile phones, which keep mails away until their owner says otherwise."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Carrier:
    """One company: the domains of its addresses, and where its customers open the door."""

    key: str
    name: str
    domains: tuple[str, ...]
    where: "str | Promise"


CARRIERS = (
    Carrier(
        "docomo",
        "docomo",
        ("docomo.ne.jp",),
        _("ドコモ：「My docomo」の「メール設定」で、「受信リスト設定」に追加します。"),
    ),
    Carrier(
        "au",
        "au / UQ mobile",
        ("au.com", "ezweb.ne.jp", "uqmobile.jp"),
        _("au・UQ：「迷惑メールフィルター設定」で、「受信リスト設定」に追加します。"),
    ),
    Carrier(
        "softbank",
        "SoftBank / Y!mobile",
        ("softbank.ne.jp", "i.softbank.jp", "vodafone.ne.jp", "disney.ne.jp", "ymobile.ne.jp"),
        _("ソフトバンク・ワイモバイル：「迷惑メール対策」で、「許可するメール」に追加します。"),
    ),
)


def carrier_of(email: str) -> Carrier | None:
    """Find the mobile phone company behind an address, if it is one."""
    host = "." + email.rpartition("@")[2].strip().lower()
    # Old addresses carry a region: d.vodafone.ne.jp.
    return next((one for one in CARRIERS if any(host.endswith(f".{name}") for name in one.domains)), None)
