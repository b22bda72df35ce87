"""The list of municipalities is whole, and each of its lines makes a city."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from madoguchi.tenancy import directory, find_city
from tenants.fleet.municipalities import Terms, all_municipalities, profile_of, read_municipalities
from tenants.models import City
from tenants.provisioning.profile import BadProfile
from tenants.rules.codes import is_valid_code
from tenants.rules.romanisation import english_name, romanise
from tenants.tests.owner import owner

__all__ = ["owner"]

HEADING = "code,prefecture,name,name_kana\n"
# As the Ministry counts them: 792 cities, 743 towns, 183 villages, and the 23 special wards of Tokyo.
KINDS = {"市": 792, "町": 743, "村": 183, "区": 23}
PREFECTURES = (
    (179, 40, 33, 35, 25, 35, 59), (44, 25, 35, 63, 54, 62, 33), (30, 15, 19, 17, 27, 77, 42, 35, 54),
    (29, 19, 26, 43, 41, 39, 30), (19, 19, 27, 23, 19, 24, 17, 20, 34), (60, 20, 21, 45, 18, 26, 43, 41),
)  # fmt: skip


def test_all_1741_municipalities_are_there_each_under_its_own_code_and_host() -> None:
    found = all_municipalities()
    assert len(found) == 1741
    assert Counter(one.name[-1] for one in found) == KINDS
    assert len({one.code for one in found}) == len({one.slug for one in found}) == 1741
    assert all(is_valid_code(one.code) for one in found)
    counted = Counter(one.code[:2] for one in found)
    assert [counted[f"{number:02}"] for number in range(1, 48)] == [n for row in PREFECTURES for n in row]


@pytest.mark.parametrize(
    ("code", "name", "kana"),
    [
        ("402036", "久留米市", "クルメシ"),
        ("142051", "藤沢市", "フジサワシ"),
        ("221309", "浜松市", "ハママツシ"),
        ("131016", "千代田区", "チヨダク"),
        ("134015", "八丈町", "ハチジョウマチ"),
        ("103446", "榛東村", "シントウムラ"),
    ],
)
def test_some_that_are_known(code: str, name: str, kana: str) -> None:
    (one,) = [one for one in all_municipalities() if one.code == code]
    assert (one.name, one.name_kana) == (name, kana)


def test_every_shipped_english_name_is_what_the_rule_writes() -> None:
    for one in all_municipalities():
        assert one.name_en == english_name(name=one.name, kana=one.name_kana)


@pytest.mark.parametrize(
    ("kana", "written"),
    [
        ("トウキョウ", "tokyo"), ("サッポロ", "sapporo"), ("ハッチョウ", "hatcho"), ("マツウラ", "matsuura"),
        ("ユウバリ", "yubari"), ("タキノウエ", "takinoue"), ("シンジュク", "shinjuku"), ("オオサカ", "osaka"),
    ],
)  # fmt: skip
def test_kana_are_written_as_road_signs_write_them(kana: str, written: str) -> None:
    assert romanise(kana) == written


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("131017,東京都,千代田区,チヨダク", "would end in 6"),
        ("131016,東京都,,チヨダク", "name is empty"),
        ("131016,東京都,千代田区,ちよだく", "cannot be romanised"),
        ("131016,東京都,千代田区,チヨダク\n131016,東京都,千代田区,チヨダク", "stands there twice"),
    ],
)
def test_a_line_that_cannot_be_right_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADING + line + "\n", encoding="utf-8")
    with pytest.raises(BadProfile, match=reason):
        read_municipalities(path)


def test_a_list_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("code;name\n131016;千代田区\n", encoding="utf-8")
    with pytest.raises(BadProfile, match="no column code, prefecture, name, name_kana"):
        read_municipalities(path)


@pytest.mark.django_db(transaction=True)
def test_a_list_makes_cities_once_and_names_those_that_are_there(
    owner: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        HEADING + "013706,北海道,今金町,イマカネチョウ\n999997,架空県,みどり市,ミドリシ\n", encoding="utf-8"
    )
    call_command("create_cities", str(path), "--jobs", "1", "--plugins", "card_reservation")
    printed = capsys.readouterr().out
    assert "999997 みどり市 is there already" in printed
    assert "1 made, 1 skipped, 0 failed" in printed
    row = City.objects.get(code="013706")
    assert (row.name_en, row.slug, row.state) == ("Imakane Town", "imakane-013706", "test")
    directory().forget()  # type: ignore[attr-defined]
    assert find_city(code="013706").active_plugins == {"card_reservation"}

    call_command("create_cities", str(path))
    assert "0 made, 2 skipped, 0 failed" in capsys.readouterr().out


def test_what_nobody_knows_yet_stays_empty() -> None:
    terms = Terms(starts_on=date(2026, 4, 1), ends_on=date(2031, 3, 31), plugins=())
    profile = profile_of(all_municipalities()[0], terms)
    assert not {"places", "staff", "phone"} & {*profile.content, *profile.city}
