"""What staff type or scan at the shelves."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.places.queries import PlaceView
from madoguchi.web.intake.fields import ReadField
from plugins.card_management.declarations import KIND_LABELS
from plugins.card_management.declarations.shelves import WAYS
from plugins.card_management.rules.shelves_assigning import ROWS
from plugins.card_management.rules.shelves_layout import (
    Layout,
    NoSuchLayout,
    TooManySpots,
    cabinets_of,
    spots_of,
)

READER = {"autocomplete": "off", "autofocus": True, "class": "mono", "data-wedge": ""}


def _choices(places: Iterable[PlaceView]) -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in places]


class ScanForm(forms.Form):
    """One code from a reader."""

    code = ReadField(label=_("コード"), max_length=80, widget=forms.TextInput(attrs={**READER}))


class FindForm(forms.Form):
    """A number by which somebody looks for a card."""

    code = ReadField(
        label=_("交付通知書の番号か、カードのコード"),
        help_text=_("バーコードを読み取るか、番号を入力します"),
        max_length=80,
        widget=forms.TextInput(attrs={**READER}),
        error_messages={"required": _("番号を入力してください")},
    )


class MakeSpotsForm(forms.Form):
    """How the storage of a place is divided."""

    place = forms.ChoiceField(label=_("場所"))
    cabinets = forms.CharField(
        label=_("棚の名前"),
        help_text=_("例：A-01〜A-20。読点で区切って続けられます"),
        max_length=200,
        error_messages={"required": _("棚の名前を入力してください")},
    )
    shelves = forms.IntegerField(
        label=_("1つの棚の段数"), min_value=0, max_value=99, initial=5, help_text=_("段で分けないときは0")
    )
    boxes = forms.IntegerField(
        label=_("1段の箱の数"), min_value=0, max_value=999, initial=10, help_text=_("箱で分けないときは0")
    )
    positions = forms.IntegerField(
        label=_("1箱の仕切りの数"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=_("仕切りで分けないときは0"),
    )
    capacity = forms.IntegerField(
        label=_("1か所に入る枚数"), min_value=0, max_value=9999, initial=100, help_text=_("限りがないときは0")
    )

    def __init__(self, *args: Any, places: Iterable[PlaceView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _choices(places)  # type: ignore[attr-defined]

    def clean_cabinets(self) -> tuple[str, ...]:
        """Read lists and ranges of names."""
        try:
            return cabinets_of(self.cleaned_data["cabinets"])
        except NoSuchLayout as wrong:
            raise forms.ValidationError(_("「A-01〜A-20」のように入力してください")) from wrong

    def clean(self) -> dict[str, Any]:
        """Refuse more spots than any city has."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.names = [spot.name for spot in spots_of(self.layout)]
            except TooManySpots:
                self.add_error("cabinets", _("一度に作れるのは20,000か所までです。数を確かめてください"))
        return cleaned

    @property
    def layout(self) -> Layout:
        """Give what was described."""
        typed = self.cleaned_data
        return Layout(
            cabinets=typed["cabinets"],
            shelves=typed["shelves"],
            boxes=typed["boxes"],
            positions=typed["positions"],
        )


class SpotForm(forms.Form):
    """What can be changed of one spot."""

    capacity = forms.IntegerField(
        label=_("入る枚数"), min_value=0, max_value=9999, help_text=_("限りがないときは0")
    )
    is_open = forms.BooleanField(label=_("新しいカードを置く"), required=False)


class HalfWidthField(forms.CharField):
    """Words as the master of storage has them, whatever the input method made of them."""

    def to_python(self, value: Any) -> Any:
        """Write full width as half width before the length is looked at: some signs become many."""
        return super().to_python(unicodedata.normalize("NFKC", str(value or "")))


class RuleForm(forms.Form):
    """Which new cards go where; what is left empty fits every card."""

    place = forms.ChoiceField(label=_("置く場所"))
    cabinets = HalfWidthField(
        label=_("棚"), help_text=_("空欄のときは、この場所のすべての棚"), max_length=200, required=False
    )
    batch = HalfWidthField(
        label=_("納品の番号"), help_text=_("はじめの部分が同じカード"), max_length=40, required=False
    )
    kind = forms.ChoiceField(
        label=_("カードの種類"),
        required=False,
        choices=[("", _("すべて")), *((kind.value, label) for kind, label in KIND_LABELS.items())],
    )
    area = forms.CharField(
        label=_("住所の地区"),
        help_text=_("例：城南町、本町。読点で区切って続けられます"),
        max_length=120,
        required=False,
    )
    kana_rows = forms.MultipleChoiceField(
        label=_("氏名カナの行"),
        required=False,
        choices=[(row, _("%(row)s行") % {"row": row}) for row in ROWS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: Iterable[PlaceView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _choices(places)  # type: ignore[attr-defined]


class StocktakeForm(forms.Form):
    """What is counted."""

    place = forms.ChoiceField(label=_("場所"))
    cabinet = HalfWidthField(
        label=_("棚"), help_text=_("空欄のときは、この場所のすべての棚"), max_length=20, required=False
    )

    def __init__(self, *args: Any, places: Iterable[PlaceView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _choices(places)  # type: ignore[attr-defined]


class ParcelForm(forms.Form):
    """Where a parcel begins and where it goes."""

    from_place = forms.ChoiceField(label=_("送り元"))
    to_place = forms.ChoiceField(label=_("送り先"))

    def __init__(
        self, *args: Any, own: Iterable[PlaceView], places: Iterable[PlaceView], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_place"].choices = _choices(own)  # type: ignore[attr-defined]
        self.fields["to_place"].choices = _choices(places)  # type: ignore[attr-defined]


class DisposalForm(forms.Form):
    """Why and how cards are to be destroyed."""

    reason = forms.CharField(
        label=_("理由"),
        help_text=_("承認する人が読みます。氏名は書かないでください"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を入力してください")},
    )
    way = forms.ChoiceField(label=_("廃棄の方法"), choices=WAYS)


class WhereForm(forms.Form):
    """The place and the day of a list; what cannot be read is left out."""

    place = forms.UUIDField(required=False)
    day = forms.DateField(required=False)

    def chosen(self, *, places: Iterable[PlaceView], today: date) -> tuple[UUID | None, date]:
        """Give the place and the day, or the first place and today."""
        self.is_valid()
        known = [place.id for place in places]
        wanted = self.cleaned_data.get("place")
        place = wanted if wanted in known else next(iter(known), None)
        day = self.cleaned_data.get("day") or today
        return place, day if abs((day - today).days) < 3_650 else today
