"""What a city may choose of its look."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from madoguchi.brand import pictures
from madoguchi.brand.pictures import Picture
from madoguchi.errors import Invalid
from madoguchi.web.brands import HUE_LABELS, MARK_LABELS, Brand

ONE_LINE = RegexValidator(r"[\x00-\x1f\x7f]", inverse_match=True, message=_("改行は使えません。"))
DIALLED = set("0123456789-+() ")
YES = "yes"


def _line(label: Any, *, length: int = 60, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, validators=[ONE_LINE]
    )


class LookForm(forms.Form):
    """Colour, sign or logo, and whom residents may ask."""

    hue = forms.ChoiceField(label=_("色"), choices=list(HUE_LABELS.items()), widget=forms.RadioSelect)
    mark = forms.ChoiceField(
        label=_("しるし"),
        choices=list(MARK_LABELS.items()),
        widget=forms.RadioSelect,
        help_text=_("ロゴの画像がないときに、自治体名の左に表示します。"),
    )
    logo = forms.FileField(
        label=_("ロゴの画像"),
        required=False,
        help_text=_("PNGまたはSVG。横長の画像は、高さ40ピクセルほどで表示します。"),
        error_messages={"empty": _("ファイルが空です。選び直してください。")},
    )
    without_logo = forms.BooleanField(label=_("ロゴの画像をやめて、しるしに戻す"), required=False)
    logo_alt = _line(
        _("ロゴの説明"),
        length=80,
        help_text=_("画像が見えない人に読み上げます。例：見本市の市章"),
    )
    logo_alt_en = _line(
        _("ロゴの説明（英語）"), length=80, help_text=_("入力がないときは、英語の自治体名を読み上げます。")
    )
    logo_names_the_city = forms.BooleanField(
        label=_("ロゴに自治体名が入っている（文字の自治体名を重ねて表示しない）"), required=False
    )
    contact = _line(_("問い合わせ先の課"), required=True, help_text=_("例：市民課 マイナンバーカード係"))
    contact_en = _line(_("問い合わせ先の課（英語）"), length=80)
    contact_ja_easy = _line(_("問い合わせ先の課（やさしい日本語）"), length=80)
    phone = _line(_("電話番号"), length=20, required=True, help_text=_("すべてのページに表示します。"))
    hours = _line(_("電話の受付時間"), required=True, help_text=_("例：平日 9時から17時まで"))
    hours_en = _line(_("電話の受付時間（英語）"), length=80)
    hours_ja_easy = _line(_("電話の受付時間（やさしい日本語）"), length=80)

    def __init__(self, *args: Any, has_logo: bool, was_cut: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_logo = has_logo
        self._was_cut = was_cut
        self.picture: Picture | None = None

    def clean_logo(self) -> Any:
        """Take in the picture, or say what is wrong with it."""
        if self._was_cut:
            # So large that the server dropped it before anybody looked.
            raise forms.ValidationError(str(pictures.LargePicture.message))
        file = self.cleaned_data["logo"]
        if not file:
            return None
        if file.size > pictures.LARGEST_BYTES:
            raise forms.ValidationError(str(pictures.LargePicture.message))
        try:
            self.picture = pictures.clean(file.read())
        except Invalid as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file

    def clean_phone(self) -> str:
        """Refuse what nobody can dial."""
        phone = unicodedata.normalize("NFKC", str(self.cleaned_data["phone"])).strip()
        if not 9 <= sum(sign.isdigit() for sign in phone) <= 12 or not set(phone) <= DIALLED:
            raise forms.ValidationError(_("電話番号を確かめてください。"))
        return phone

    def clean(self) -> dict[str, Any]:
        """Ask for words where there is a picture."""
        cleaned = super().clean() or self.cleaned_data
        if self.shows_logo and not cleaned.get("logo_alt") and "logo_alt" not in self.errors:
            self.add_error("logo_alt", _("ロゴを使うときは、説明を入力してください。"))
        return cleaned

    @property
    def shows_logo(self) -> bool:
        """Tell whether a logo is shown after this choice."""
        if self.cleaned_data.get("without_logo"):
            return False
        return self.picture is not None or self._has_logo

    def chosen(self) -> Mapping[str, str]:
        """Give what was chosen as a look keeps it."""
        kept = {name: str(self.cleaned_data[name]) for name in self.fields if name not in NOT_KEPT}
        return {**kept, "logo_names_the_city": YES if self.cleaned_data["logo_names_the_city"] else ""}


NOT_KEPT = frozenset(("logo", "without_logo", "logo_names_the_city"))


def initial_of(brand: Brand) -> dict[str, Any]:
    """Show what was chosen before."""
    return {**brand, "logo": None, "logo_names_the_city": brand.get("logo_names_the_city") == YES}
