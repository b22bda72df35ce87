"""What staff type to find cards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_management.declarations import STATE_LABELS


class CardSearchForm(forms.Form):
    """A notice number, or the beginning of a name in kana, and a state."""

    number = forms.CharField(label=_("交付通知書の番号"), required=False, max_length=20)
    kana = forms.CharField(label=_("氏名カナ（前方一致）"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[("", _("すべて")), *((state.value, label) for state, label in STATE_LABELS.items())],
    )
