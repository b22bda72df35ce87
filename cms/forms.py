"""What residents may ask the search for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.search import LONGEST_QUERY


class SearchForm(forms.Form):
    """Some words of a resident."""

    q = forms.CharField(
        label=_("さがす言葉"),
        max_length=LONGEST_QUERY,
        required=False,
        error_messages={
            "max_length": _("言葉が長すぎます。%(limit_value)s文字までにしてください。"),
            "null_characters_not_allowed": _("使えない文字が入っています。"),
        },
    )
