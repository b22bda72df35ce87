"""What an operator says to a city when they ask to come in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.visits.asking import LONGEST_REASON, MINUTES, SHORTEST_REASON


class AskForm(forms.Form):
    """Why, and for how long."""

    reason = forms.CharField(
        label=_("理由"),
        help_text=_(
            "何を調べるために見る必要があるか、自治体に分かるように書いてください。住民の氏名などは書かないでください。"
        ),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes = forms.TypedChoiceField(
        label=_("時間"),
        help_text=_("許可されたときから数えます。過ぎると、自動で見られなくなります。"),
        coerce=int,
        choices=[(minutes, _("%(minutes)d分") % {"minutes": minutes}) for minutes in MINUTES],
        initial=30,
    )
