"""Whose mailboxes count together: a domain may take every mailbox, and a large provider has a town's."""

from typing import Final

# Where everybody may have a mailbox: what one of their customers does says nothing of the others.
_PROVIDERS: Final = (
    "gmail.com googlemail.com yahoo.co.jp ymail.ne.jp yahoo.ne.jp yahoo.com icloud.com me.com mac.com"
    " outlook.jp outlook.com hotmail.co.jp hotmail.com live.jp live.com msn.com docomo.ne.jp ezweb.ne.jp"
    " au.com dion.ne.jp uqmobile.jp softbank.ne.jp softbank.jp vodafone.ne.jp ymobile1.ne.jp rakuten.jp"
    " emobile.ne.jp willcom.com pdx.ne.jp disney.ne.jp nifty.com nifty.ne.jp ocn.ne.jp so-net.ne.jp"
    " biglobe.ne.jp plala.or.jp asahi-net.or.jp zaq.ne.jp home.ne.jp eonet.ne.jp commufa.jp hi-ho.ne.jp"
    " iijmio-mail.jp infoseek.jp excite.co.jp goo.jp goo.ne.jp aol.jp aol.com proton.me protonmail.com"
    " gmx.com gmx.net gmx.de web.de qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net kakao.com"
    " mail.ru yandex.ru yandex.com uol.com.br bol.com.br terra.com.br"
)
PROVIDERS: Final = frozenset(_PROVIDERS.split())
# Names below a country under which organisations have theirs: example.co.jp, example.com.br.
SHORTEST_OWN: Final = 4
COUNTRY: Final = 2


def owner_of(email: str) -> str:
    """Name the domain whose owner takes this address's mail; empty for a large provider."""
    labels = email.rpartition("@")[2].strip().lower().rstrip(".").split(".")
    is_below_kind = len(labels) > 2 and len(labels[-1]) == COUNTRY and len(labels[-2]) < SHORTEST_OWN
    domain = ".".join(labels[-3:] if is_below_kind else labels[-2:])
    return "" if domain in PROVIDERS else domain
