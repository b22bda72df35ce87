"""Signs that nobody sees are no answer."""

import pytest
from django import forms

from madoguchi.web.intake.errors import NOTHING_TO_SEE


class NameForm(forms.Form):
    """A name, and a note that may stay empty."""

    name = forms.CharField()
    note = forms.CharField(required=False)


@pytest.mark.parametrize("text", ["\u200b", "\u2060\ufeff", "\u200b\u3000\u200b", "\u00ad", "\u200e"])
def test_a_text_of_nothing_but_unseen_signs_is_refused_beside_its_field(text: str) -> None:
    form = NameForm({"name": text, "note": text})
    assert form.errors == {"name": [str(NOTHING_TO_SEE)], "note": [str(NOTHING_TO_SEE)]}


@pytest.mark.parametrize("text", ["髙\u200b橋", "a", "👨\u200d👩\u200d👧", "葛\U000e0100", "."])
def test_what_can_be_seen_stays(text: str) -> None:
    assert NameForm({"name": text}).is_valid()


def test_an_empty_note_stays_empty() -> None:
    assert NameForm({"name": "a", "note": ""}).is_valid()
