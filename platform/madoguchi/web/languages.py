"""The languages of residents' pages: Japanese, English and plain Japanese."""

from typing import Any

from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

DEFAULT = "ja"
ENGLISH = "en"
EASY = "ja-easy"
LANGUAGES = [("ja", "日本語"), ("en", "English"), (EASY, "やさしい日本語")]
PREFIXES = {"ja": "", "en": "/en", EASY: "/ja-easy"}

EASY_JAPANESE: dict[str, Any] = {
    "bidi": False,
    "code": EASY,
    "name": "Easy Japanese",
    "name_local": "やさしい日本語",
}


def register_languages() -> None:
    """Make plain Japanese a language that Django knows by name."""
    LANG_INFO.setdefault(EASY, EASY_JAPANESE)


def html_lang(language: str) -> str:
    """Name the language as browsers and screen readers know it."""
    return DEFAULT if language.startswith(DEFAULT) else language


def language_of_program(request: HttpRequest) -> str:
    """Name the language in which a program is told what is wrong: English where its header asks for it."""
    return ENGLISH if get_language_from_request(request) == ENGLISH else DEFAULT


def localized_path(path: str, *, language: str) -> str:
    """Turn the path of a residents' page into the same page in another language."""
    for prefix in PREFIXES.values():
        if prefix and (path == prefix or path.startswith((f"{prefix}/", f"{prefix}?"))):
            path = path.removeprefix(prefix) or "/"
            break
    # Two slashes at the start would name another site.
    return f"{PREFIXES[language]}/{path.lstrip('/')}"
