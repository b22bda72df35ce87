"""The base pages and components, rendered as in a city."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from madoguchi.web.forms import error_links

pytestmark = pytest.mark.django_db


class Identify(forms.Form):
    reference = forms.CharField(label="照会番号", help_text="通知書の右上の番号")
    place = forms.ChoiceField(label="場所", choices=[("1", "本庁舎")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="確認しました")
    note = forms.CharField(label="備考", required=False)


class Answers(forms.Form):
    """One field of each kind that Django has a sentence of its own for."""

    days = forms.IntegerField(label="予告（日前）", min_value=0)
    most = forms.IntegerField(label="人数", max_value=5)
    number = forms.IntegerField(label="窓口の数")
    code = forms.CharField(label="職員コード")
    place = forms.ChoiceField(label="場所", choices=[("1", "本庁舎")])
    other = forms.ChoiceField(label="区分", choices=[("1", "交付")])
    agreed = forms.BooleanField(label="確認しました")
    roll = forms.FileField(label="名簿")
    since = forms.DateField(label="開始日")
    at = forms.TimeField(label="時刻")
    email = forms.EmailField(label="メール")
    name = forms.CharField(label="氏名", max_length=3)
    short = forms.CharField(label="番号", min_length=3)
    site = forms.URLField(label="サイト", assume_scheme="https")
    mail = forms.CharField(error_messages={"required": "メールアドレスを入力してください。"})


def test_every_error_says_which_field_and_what_to_do() -> None:
    typed = {
        "days": "-1",
        "most": "9",
        "number": "七",
        "other": "9",
        "since": "きのう",
        "at": "昼",
        "email": "hanako",
        "name": "窓口花子",
        "short": "1",
        "site": "x y",
    }
    texts = [link.text for link in error_links(Answers(typed))]
    assert texts == [
        "「予告（日前）」は 0 以上にしてください。",
        "「人数」は 5 以下にしてください。",
        "「窓口の数」は数字で入力してください。",
        "「職員コード」を入力してください。",
        "「場所」を選んでください。",
        "「区分」は、表示されている中から選んでください。",
        "「確認しました」を確かめて、チェックを入れてください。",
        "「名簿」のファイルを選んでください。",
        "「開始日」は日付で入力してください。例：2026-04-01",
        "「時刻」は時刻で入力してください。例：09:30",
        "「メール」の形が正しくありません。例：hanako@example.jp",
        "「氏名」は 3 文字までにしてください。いまは 4 文字です。",
        "「番号」は 3 文字以上にしてください。いまは 1 文字です。",
        "「サイト」は https:// から入力してください。",
        "メールアドレスを入力してください。",
    ]
    drawn = str(Answers(typed)["code"].as_field_group())
    assert "「職員コード」を入力してください。" in drawn
    assert "必須です。" not in drawn


def render(source: str, path: str = "/booking/", **context: Any) -> str:
    # A string is not compiled by cotton's loader, so its compiler is called as the loader does.
    from django_cotton.compiler_regex import CottonCompiler

    template = engines["django"].from_string(CottonCompiler().process(source))
    return template.render(context, RequestFactory().get(path))


def resident_page(path: str = "/booking/", **context: Any) -> str:
    return render_to_string("web/resident.html", context, RequestFactory().get(path))


def test_a_page_names_its_city_and_its_language(home: Any) -> None:
    html = resident_page()
    assert '<html lang="ja"' in html
    assert home.name in html
    assert '<a class="skip" href="#main">' in html


def test_a_page_in_plain_japanese_is_marked_as_japanese() -> None:
    with override("ja-easy"):
        assert '<html lang="ja"' in resident_page("/ja-easy/booking/")


def test_the_language_switch_leads_to_this_very_page() -> None:
    html = resident_page("/booking/time/?day=2026-12-09")
    for address in ("/en/booking/time/?day=2026-12-09", "/ja-easy/booking/time/?day=2026-12-09"):
        assert f'href="{address}"' in html
    assert html.count('aria-current="true"') == 1


def test_no_tag_of_a_component_is_left_unrendered() -> None:
    html = resident_page() + render_to_string("web/staff.html", {}, RequestFactory().get("/"))
    assert "<c-" not in html
    assert "{%" not in html


def test_a_page_with_errors_says_so_in_its_title_first() -> None:
    form = Identify({})
    assert "<title>エラー：" in resident_page(form=form)
    assert "<title>エラー：" not in resident_page(form=Identify())


def test_the_error_summary_links_to_the_fields() -> None:
    html = render('<c-error-summary :form="form" />', form=Identify({}))
    assert 'role="alert"' in html
    for target in ("#id_reference", "#id_place_0", "#id_agreed"):
        assert f'href="{target}"' in html
    assert render('<c-error-summary :form="form" />', form=Identify()).strip() == ""


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    html = render('<c-field :field="form.reference" />', form=Identify({}))
    assert '<label for="id_reference">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_reference_helptext id_reference_error"' in html
    assert 'id="id_reference_helptext"' in html
    assert 'id="id_reference_error"' in html
    assert "必須" in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = render('<c-field :field="form.place" />', form=Identify())
    assert re.search(r"<fieldset[^>]*>\s*<legend>場所", html)


def test_what_may_be_left_out_is_marked() -> None:
    assert "任意" in render('<c-field :field="form.note" />', form=Identify())


def test_a_row_to_change_names_what_it_changes() -> None:
    html = render('<c-summary-row label="場所" change="/booking/place/">本庁舎</c-summary-row>')
    assert '<a href="/booking/place/">変更<span class="vh"> 場所</span></a>' in html


def test_what_people_typed_is_escaped_in_components() -> None:
    html = render('<c-summary-row label="場所">{{ place }}</c-summary-row>', place="<script>")
    html += render('<c-notice :heading="place">x</c-notice>', place="<script>")
    assert "<script>" not in html


def test_what_people_typed_is_escaped_in_attributes_too() -> None:
    typed = '"><script>alert(1)</script>'
    html = render(
        '<c-card :data-name="name">x</c-card><c-button data-name="{{ name }}">x</c-button>', name=typed
    )
    assert "<script>" not in html
    assert html.count("&quot;&gt;&lt;script&gt;") == 2
    assert ' aria-disabled=""' in render("<c-button aria-disabled>x</c-button>")


def test_no_component_writes_attributes_unescaped() -> None:
    folder = Path(__file__).resolve().parents[1] / "templates" / "cotton"
    assert [path.name for path in folder.glob("*.html") if "{{ attrs }}" in path.read_text("utf-8")] == []


def test_a_button_is_a_link_where_it_leads_somewhere() -> None:
    assert (
        render('<c-button href="/x/" kind="primary">進む</c-button>')
        .strip()
        .startswith('<a class="btn btn--primary"')
    )
    assert '<button class="btn" type="submit"' in render("<c-button>送る</c-button>")


def slots() -> list[Any]:
    start = datetime(2026, 12, 9, 0, 30, tzinfo=UTC)
    states = ("full", "few", "free")
    return [
        SimpleNamespace(
            id=f"s{number}",
            starts_at=start + timedelta(minutes=30 * number),
            ends_at=start + timedelta(minutes=30 * number + 30),
            state=state,
            booked=7,
            capacity=12,
        )
        for number, state in enumerate(states)
    ]


def test_a_full_time_cannot_be_chosen_and_residents_see_no_counts() -> None:
    html = render('<c-slot-list :slots="slots" selected="s1" legend="9日" />', slots=slots())
    assert 'value="s0" disabled' in html
    assert 'value="s1" checked' in html
    assert "9:30〜10:00" in html
    assert "7／12" not in html
    staff = render('<c-slot-list :slots="slots" audience="staff" legend="9日" />', slots=slots())
    assert "7／12" in staff


def test_the_calendar_has_a_caption_and_a_legend() -> None:
    day = SimpleNamespace(date=date(2026, 12, 9), state="free")
    month = SimpleNamespace(weeks=[[day]], previous=None, next=(2027, 1))
    html = render('<c-calendar :month="month" query="place=x&" />', month=month)
    assert "2026年（令和8年） 12月の空き状況" in html
    assert 'href="?place=x&amp;month=2027-01"' in html
    assert html.count("<th scope") == 7


def test_a_long_list_offers_its_pages() -> None:
    page = Paginator(range(1284), 14).page(3)
    html = render('<c-pager :page="page" query="state=open&" />', page=page)
    assert "29〜42件／1284件" in html
    assert 'href="?state=open&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert render('<c-pager :page="page" />', page=Paginator(range(3), 14).page(1)).strip() == ""


def test_progress_asks_again_until_it_is_finished() -> None:
    running = render('<c-progress url="/jobs/1/" :done="3" :total="10" label="取込" />')
    assert 'hx-get="/jobs/1/"' in running
    assert 'role="status"' in running
    ended = render('<c-progress url="/jobs/1/" :done="10" :total="10" finished label="取込" />')
    assert "hx-get" not in ended


def test_the_phone_number_can_be_dialled() -> None:
    html = render('<c-phone-help phone="0942-00-0000" />')
    assert 'href="tel:0942000000"' in html
