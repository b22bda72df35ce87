"""The canaries themselves: words that nobody else has, and every way in which a store could hold them."""

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from urllib.parse import quote, quote_plus

KANJI = "鶯鷲鷹鷺鶴鵜鴎鴨鳩雀燕梟雉鶏鸚鵡鷽鷭鸛鶲"
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
SHORTEST = 8


@dataclass(frozen=True)
class Birds:
    """One invented person, and what somebody typed about her."""

    name: str
    kana: str
    address: str
    email: str
    caller: str
    phone: str
    reference: str
    searched: str
    mistyped: str
    password: str
    refused: str

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for each in fields(self):
            yield each.name, getattr(self, each.name)


def hatch() -> Birds:
    """Invent a person whose every word is unlike any other."""
    draw = random.SystemRandom()

    def word(signs: str, length: int) -> str:
        return "".join(draw.choices(signs, k=length))

    digits = word("123456789", 8)
    return Birds(
        name=f"{word(KANJI, 3)} {word(KANJI, 3)}",
        kana=f"{word(KANA, 5)} {word(KANA, 5)}",
        address=f"福岡県久留米市{word(KANJI, 6)}町1番地",
        email=f"{word('abcdefghkm', 12)}@canary.example",
        caller=f"{word(KANJI, 6)}",
        phone=f"090-{digits[:4]}-{digits[4:]}",
        reference=f"CNR{word('123456789', 6)}",
        searched=word(KANJI, 7),
        mistyped=f"X{word('ABCDEFGHJK', 10)}",
        password=word("abcdefghkm", 16),
        refused=word(KANJI, 7),
    )


def shapes(word: str) -> Iterator[bytes]:
    """Write a word in every way in which a store may hold it without hiding it."""
    for encoding in ("utf-8", "utf-16-le", "cp932", "euc_jp"):
        plain = word.encode(encoding, errors="ignore")
        if len(plain) < SHORTEST:
            continue
        yield plain
        yield plain.hex().encode()
        # Base64 depends on where in a group of three bytes a word begins; its edges mix with neighbours.
        for shift in range(3):
            packed = base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
            # Four letters stand somewhere in any store.
            if len(packed) < SHORTEST:
                continue
            yield packed
            yield packed.replace(b"+", b"-").replace(b"/", b"_")
    for written in (quote(word), quote_plus(word)):
        yield written.encode()
        yield written.lower().encode()
    escaped = json.dumps(word)[1:-1].encode()
    if escaped != word.encode():
        yield escaped
        yield escaped.replace(b"\\", b"\\\\")


def found_in(content: bytes, birds: Birds) -> list[str]:
    """Name the canaries that stand in something, in whatever shape."""
    return [name for name, word in birds if any(shape in content for shape in set(shapes(word)))]
