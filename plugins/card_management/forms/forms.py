"""What staff type for forms and letters."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from plugins.card_management.declarations import KIND_LABELS
from plugins.card_management.declarations.forms import LETTER_SORTS, ORDERS, SOURCE_LABELS
from plugins.card_management.queries.forms import Wanted
from plugins.card_management.rules.forms_filling import CONFLICT, Filled, FilledForm
from plugins.card_management.rules.forms_layout import Layout, Place

CHIP: Final = ("name", "address", "born_on", "sex")
LONGEST: Final = 200
DRAWN: Final = ("signature", "qr", "nw7")
NUMBERS: Final = ("x", "y", "w", "h", "size", "least")
NUMBER_LABELS: Final = dict(
    zip(NUMBERS, (_("左から"), _("上から"), _("幅"), _("高さ"), _("文字の大きさ"), _("最小")), strict=True)
)

# What can be wrong with a field of a layout, and beside which of its numbers it is said.
FAULT_FIELDS: Final = {"word": "x", "size": "w", "outside": "x", "letters": "size"}
FAULTS: Final = {
    "word": _("この欄の種類では印刷できません。"),
    "size": _("位置と大きさは、0より大きい数にしてください。"),
    "outside": _("用紙や枠からはみ出しています。位置か大きさを直してください。"),
    "letters": _("文字の大きさが範囲の外にあるか、最小より小さくなっています。"),
}


class FillForm(forms.Form):
    """The fields of one form: what is known is shown, what is missing or differs is asked."""

    def __init__(self, *args: Any, filled: FilledForm, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in CHIP:
            self.fields[f"chip_{name}"] = forms.CharField(
                required=False, max_length=LONGEST, widget=forms.HiddenInput
            )
        for each in filled.fields:
            if each.place.kind not in DRAWN:
                self.fields[f"f-{each.place.name}"] = _field(each)
                if each.problem == CONFLICT:
                    self.fields[f"c-{each.place.name}"] = _sources(each)

    def given(self) -> dict[str, str]:
        """List what was typed or chosen."""
        return self._starting_with("f-")

    def chosen(self) -> dict[str, str]:
        """List which source was chosen where several differ."""
        return self._starting_with("c-")

    def chip(self) -> dict[str, str]:
        """List what was read from a chip."""
        return self._starting_with("chip_")

    def follow(self, filled: FilledForm) -> None:
        """Tick what the sources tell where nobody has ticked anything."""
        if self.is_bound:
            ticked = {
                f"f-{each.place.name}": each.text for each in filled.fields if each.place.kind == "choice"
            }
            posted: Any = self.data
            known = posted.copy()
            for name, text in ticked.items():
                if text and not known.get(name):
                    known[name] = text
            self.data = known

    def _starting_with(self, start: str) -> dict[str, str]:
        values = getattr(self, "cleaned_data", None) or {}
        return {
            name.removeprefix(start): text for name, text in values.items() if name.startswith(start) and text
        }


def _field(each: Filled) -> forms.Field:
    place = each.place
    if place.kind == "choice":
        words: list[tuple[str, Any]] = [(option.value, option.label) for option in place.options]
        if place.need == "optional":
            words = [("", _("書かない")), *words]
        return forms.ChoiceField(
            label=place.label, choices=words, required=False, widget=forms.RadioSelect, initial=each.text
        )
    return forms.CharField(label=place.label, required=False, max_length=LONGEST)


def _sources(each: Filled) -> forms.Field:
    words = [(source, f"{SOURCE_LABELS[source]}：{text}") for source, text in each.candidates]
    return forms.ChoiceField(label=each.place.label, choices=words, required=False, widget=forms.RadioSelect)


class CorrectionForm(forms.Form):
    """Why a form is corrected."""

    reason = forms.CharField(label=_("直した理由"), max_length=LONGEST)


class SignatureForm(forms.Form):
    """A drawn name as a picture: written into the box on the page, or chosen as a file."""

    picture = forms.FileField(
        label=_("署名の画像"),
        required=False,
        help_text=_("枠に書いたときは、選ばなくて構いません。PNGの画像、1MBまで。"),
    )


class LettersForm(forms.Form):
    """Which letter, for which cards, in which order."""

    key = forms.ChoiceField(
        label=_("印刷するもの"), choices=[(sort.key, sort.title) for sort in LETTER_SORTS], initial="notice"
    )
    notice = forms.ChoiceField(
        label=_("通知書"),
        required=False,
        choices=[
            ("unsent", _("まだ送っていない")),
            ("returned", _("返戻された（再送していない）")),
            ("sent", _("送付済み")),
            ("", _("すべて")),
        ],
        initial="unsent",
    )
    kind = forms.ChoiceField(
        label=_("カードの種類"),
        required=False,
        choices=[("", _("すべて")), *((kind.value, label) for kind, label in KIND_LABELS.items())],
    )
    site = forms.ChoiceField(label=_("保管している場所"), required=False)
    batch = forms.CharField(label=_("納品の回"), required=False, max_length=40)
    arrived_from = forms.DateField(
        label=_("到着日（から）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    arrived_to = forms.DateField(
        label=_("到着日（まで）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    order = forms.ChoiceField(label=_("並べる順"), choices=ORDERS, initial="postcode")
    first_label = forms.IntegerField(
        label=_("ラベルの何枚目から印刷するか"),
        help_text=_("使いかけの宛名ラベルの用紙を使うときだけ変えます。"),
        min_value=1,
        max_value=100,
        initial=1,
        required=False,
    )
    notes_sending = forms.BooleanField(
        label=_("今日の日付を「通知書送付日」に記録する"),
        required=False,
        initial=True,
        help_text=_("返戻されたカードには「通知書再送日」を記録します。あとから取り消せます。"),
    )

    def __init__(self, *args: Any, places: Callable[[], list[tuple[str, str]]], **more: Any) -> None:
        super().__init__(*args, **more)
        site: Any = self.fields["site"]
        site.choices = [("", _("すべて")), *places()]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before its beginning."""
        values = super().clean() or {}
        first, last = values.get("arrived_from"), values.get("arrived_to")
        if first and last and last < first:
            self.add_error(
                "arrived_to", _("「到着日（まで）」は「到着日（から）」以後の日付にしてください。")
            )
        return values

    def wanted(self) -> Wanted:
        """Give the conditions."""
        values = self.cleaned_data
        return Wanted(
            kind=values["kind"],
            site=UUID(values["site"]) if values["site"] else None,
            batch=values["batch"].strip(),
            arrived_from=values["arrived_from"],
            arrived_to=values["arrived_to"],
            notice=values["notice"],
        )


class LayoutForm(forms.Form):
    """The numbers of a layout: where each field stands, and how large its letters are."""

    shift_x = forms.FloatField(label=_("全体を右へ（ミリ）"), min_value=-50, max_value=50, required=False)
    shift_y = forms.FloatField(label=_("全体を下へ（ミリ）"), min_value=-50, max_value=50, required=False)

    def __init__(self, *args: Any, layout: Layout, **more: Any) -> None:
        super().__init__(*args, **more)
        self.layout = layout
        self.fields["shift_x"].initial, self.fields["shift_y"].initial = layout.shift_x, layout.shift_y
        for place in layout.places:
            for name in NUMBERS:
                self.fields[f"{place.name}-{name}"] = _number(place, name)
        for turn, mark in enumerate(layout.marks):
            if mark.text:
                self.fields[f"t-{turn}"] = forms.CharField(
                    label=mark.text[:20],
                    initial=mark.text,
                    max_length=400,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def numbers(self) -> dict[str, Mapping[str, float]]:
        """List the numbers of each field."""
        values = self.cleaned_data
        return {
            place.name: {name: values[f"{place.name}-{name}"] for name in NUMBERS}
            for place in self.layout.places
        }

    def texts(self) -> list[str]:
        """List the printed words, an empty one where there are none."""
        return [
            str(self.cleaned_data.get(f"t-{turn}", "")).replace("\r\n", "\n")
            for turn in range(len(self.layout.marks))
        ]

    def refuse(self, refusal: DomainError) -> None:
        """Say of every field that cannot stand so what is wrong with it."""
        faults: Any = refusal.details.get("faults")
        for reason, name in faults or ():
            place = self.layout.place(name)
            said = f"{place.label if place else name}：{FAULTS[reason]}"
            self.add_error(f"{name}-{FAULT_FIELDS[reason]}", said)
        if not faults:
            self.add_error(None, str(refusal))

    def shift(self) -> tuple[float, float]:
        """Tell how far all of it is moved."""
        return self.cleaned_data["shift_x"] or 0.0, self.cleaned_data["shift_y"] or 0.0


def _number(place: Place, name: str) -> forms.FloatField:
    most = 40 if name in ("size", "least") else 420
    label = f"{place.label} {NUMBER_LABELS[name]}"
    return forms.FloatField(label=label, min_value=0, max_value=most, initial=getattr(place, name))


class VersionForm(forms.Form):
    """What is new in a version."""

    note = forms.CharField(label=_("変えたところ（メモ）"), max_length=LONGEST, required=False)
