"""Every message that an installed plugin is delivered with can be sent as it stands."""

import pytest

from madoguchi.hooks.values import MessageKind
from madoguchi.notifications import kinds, texts
from madoguchi.notifications.models import Language
from madoguchi.notifications.rendering import CITY

SHORT = 30
DECLARED = kinds.all_declared()


# Our operators and staff read Japanese; residents choose.
WORDED = [
    (kind, language)
    for kind in DECLARED
    for language in (Language.values if kind.world == "city" and not kind.is_for_staff else ["ja"])
]


@pytest.mark.parametrize(
    ("kind", "language"), WORDED, ids=[f"{language}-{kind.name}" for kind, language in WORDED]
)
def test_a_first_text_is_complete_in_every_language(kind: MessageKind, language: str) -> None:
    allowed = [CITY, *(each.name for each in kind.placeholders)]
    required = [each.name for each in kind.placeholders if each.is_required]
    subject, body = kind.subject[language], kind.body[language]
    assert texts.problems(subject, allowed=allowed) == []
    assert texts.problems(body, allowed=allowed, required=required) == []
    assert len(subject) <= SHORT, subject


@pytest.mark.parametrize("kind", DECLARED, ids=[kind.name for kind in DECLARED])
def test_a_link_stands_on_a_line_of_its_own(kind: MessageKind) -> None:
    links = ["{" + each.name + "}" for each in kind.placeholders if each.sample.startswith("http")]
    for body in kind.body.values():
        lines = [line.strip() for line in body.splitlines()]
        assert all(link in lines for link in links if link in body)
