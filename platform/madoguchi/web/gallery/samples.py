"""What the examples show: invented people, times and forms."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from madoguchi.web.navigation import Link

LONG = (
    "交付通知書（個人番号カード交付・電子証明書発行通知書兼照会書）に書かれた照会番号を、"
    "そのまま半角の数字で入力してください。"
)


class Sample(forms.Form):
    """Fields of every kind."""

    reference = forms.CharField(
        label="照会番号",
        help_text="通知書の右上にある番号",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(label="申し送り", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    place = forms.ChoiceField(
        label="受け取る場所",
        choices=[("main", "見本市役所"), ("annex", "見本市民センター 北部行政サービスコーナー")],
        widget=forms.RadioSelect,
    )
    month = forms.ChoiceField(label="月", choices=[("12", "12月"), ("1", "1月")])
    needs = forms.MultipleChoiceField(
        label="お手伝いが必要なこと",
        required=False,
        choices=[("chair", "車いす"), ("sign", "手話")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="持ち物を確認しました")
    file = forms.FileField(label="ファイル", help_text="CSV、20MBまで")
    locked = forms.CharField(label="カード番号", disabled=True, required=False, initial="A48270037A")


def good() -> Mapping[str, Any]:
    """Give a form that nobody has sent yet."""
    return {"form": Sample(initial={"reference": "4827-0037", "place": "main"})}


def bad() -> Mapping[str, Any]:
    """Give a form in which everything is missing."""
    return {"form": Sample({})}


def links() -> Mapping[str, Any]:
    """Give a few places to go."""
    return {
        "links": [
            Link("予約", "#a", is_current=True),
            Link("申し送り", "#b"),
            Link("操作の履歴", "#c"),
        ]
    }


def way() -> Mapping[str, Any]:
    """Give the way to a page."""
    return {"links": [Link("職員トップ", "#a"), Link("予約の一覧", "#b"), Link("予約 K-0127", "")]}


def work() -> Mapping[str, Any]:
    """Give pieces of work."""
    return {
        "first": Link("交付場所を登録する", "#a", description="住民が選べる場所が1つ以上必要です。"),
        "long": Link(LONG, "#b"),
        "alone": Link("試行中のデータを消す", ""),
    }


def pages() -> Mapping[str, Any]:
    """Give a list of many pages."""
    found = Paginator(range(1284), 14)
    return {"first": found.page(1), "middle": found.page(44), "last": found.page(found.num_pages)}


def month() -> Mapping[str, Any]:
    """Give a month with days of every state."""
    states = ("closed", "free", "few", "full", "free", "free", "closed")
    first = date(2026, 12, 6)
    weeks = [
        [SimpleNamespace(date=first + timedelta(days=7 * week + day), state=state, booked=7, capacity=12)
         for day, state in enumerate(states)]
        for week in range(3)
    ]  # fmt: skip
    shown = SimpleNamespace(weeks=weeks, previous=(2026, 11), next=(2027, 1))
    return {"month": shown, "day": date(2026, 12, 8)}


def slots() -> Mapping[str, Any]:
    """Give times of every state."""
    start = datetime(2026, 12, 9, 0, 30, tzinfo=UTC)
    return {
        "slots": [
            SimpleNamespace(
                id=f"s{number}",
                starts_at=start + timedelta(minutes=30 * number),
                ends_at=start + timedelta(minutes=30 * number + 30),
                state=state,
                booked=7,
                capacity=12,
            )
            for number, state in enumerate(("free", "few", "full", "closed"))
        ]
    }


def typed() -> Mapping[str, Any]:
    """Give a long text."""
    return {"long": LONG}
