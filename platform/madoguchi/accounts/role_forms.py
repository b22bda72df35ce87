"""What is typed about a role."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts import matrix


class NameForm(forms.Form):
    """The name of a role."""

    name = forms.CharField(
        label=gettext_lazy("役割の名前"),
        max_length=40,
        error_messages={"required": gettext_lazy("役割の名前を入力してください。")},
    )


class RoleForm(NameForm):
    """The name of a role, and the one it is copied from."""

    copied_from = forms.ChoiceField(label=gettext_lazy("もとにする役割"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["copied_from"]
        assert isinstance(field, forms.ChoiceField)
        known = [(str(role.id), role.name) for role in matrix.matrix().roles]
        field.choices = [("", _("なし（権限なしから始める）")), *known]
