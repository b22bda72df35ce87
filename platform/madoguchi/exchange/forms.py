"""The upload form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.exchange import queries
from madoguchi.exchange.formats import PROFILE
from madoguchi.exchange.services.inspection import LARGEST_BYTES
from madoguchi.hooks.values import ImportFormat


class UploadForm(forms.Form):
    """Which file, and what kind of file it is."""

    format = forms.ChoiceField(label=_("取込形式"))
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("CSV（CP932またはUTF-8）、20MBまで"),
        error_messages={
            "required": _("ファイルを選んでください（20MBまで）。"),
            "empty": _("ファイルが空です。書き出しが終わっているか確かめてください。"),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.psv,.dat,text/*"}),
    )

    def __init__(self, *args: object, formats: Iterable[ImportFormat], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = list(formats)
        profiles = queries.profiles(formats=offered)
        choice = self.fields["format"]
        assert isinstance(choice, forms.ChoiceField)
        own = [(f"{PROFILE}{each.profile.id}", str(each)) for each in profiles if each.profile.is_active]
        plain = [(each.name, each.label) for each in offered]
        choice.choices = [(_("取込定義"), own), (_("標準の列"), plain)] if own else plain

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（20MBまで）。分けて取り込んでください。"))
        return file
