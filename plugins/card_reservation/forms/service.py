"""What a resident answers first: what for, and how many."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi.web import dates

LARGEST = 5


class ServiceChoiceForm(forms.Form):
    """The service, and how many come where no notice is asked for."""

    service = forms.ChoiceField(
        label=_("手続き"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("手続きを選んでください"),
            "invalid_choice": _("手続きを選んでください"),
        },
    )
    people = forms.TypedChoiceField(
        label=_("何人で来ますか"),
        coerce=int,
        required=False,
        help_text=_("はがきの番号を使わない手続きのときに選んでください。"),
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(services)
        counted = self.fields["people"]
        assert isinstance(counted, forms.ChoiceField)
        language = get_language() or "ja"
        counted.choices = [(count, dates.people(count, language=language)) for count in range(1, LARGEST + 1)]
