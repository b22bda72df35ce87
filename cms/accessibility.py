"""The check list of accessibility that ships with each release, and the public page that shows it."""

import tomllib
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madoguchi.web.access import public

LIST = Path(__file__).parent / "accessibility.toml"
LANGUAGE = "ja"


def check_list() -> dict[str, Any]:
    """read the list of this release."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


@public("how accessible the site is, everybody may know")
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show which criteria were checked and how."""
    found = check_list()
    language = get_language() or LANGUAGE
    words = found["words"].get(language.lower(), found["words"][LANGUAGE])
    rows = [
        {
            "number": number,
            "name": one["en"] if language == "en" else one["ja"],
            "level": one["level"],
            "how": words[one["how"]],
        }
        for number, one in found["criteria"].items()
    ]
    return render(
        request, "cms/accessibility.html", {"words": words, "rows": rows, "version": found["released"]}
    )
