"""A stocktake finds what is missing, misplaced or too much, and keeps what was signed."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from plugins.card_management.models.shelves import AssignmentRule, Spot, Stocktake
from plugins.card_management.queries import shelves_counting
from plugins.card_management.services import shelves_putting
from plugins.card_management.tests.shelves import (
    CLERK,
    browser_of,
    card_at,
    code_of_spot,
    hall,
    make_spots,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return browser_of()


@pytest.fixture
def spots() -> list[Spot]:
    """Two cards in the first box, one in the second, and one that lies nowhere."""
    made = make_spots()
    for number, spot in enumerate((made[0], made[0], made[1])):
        shelves_putting.put(card_id=card_at(number), spot_id=spot.pk, actor=CLERK, now=clock.now())
    card_at(8)
    return made


def count(clerk: Client, stocktake: Stocktake, spot: Spot, *codes: str) -> list[str]:
    page = f"/cards/shelves/stocktakes/{stocktake.pk}/scan/"
    box = clerk.post(page, {"code": code_of_spot(spot)})["location"]
    said = [clerk.post(box, {"code": code}, follow=True).content.decode() for code in codes]
    clerk.post(box, {"end": "1"})
    return said


@pytest.mark.req("KUR-40")
def test_boxes_are_counted_by_scan_compared_with_the_books_signed_and_printed(
    clerk: Client, spots: list[Spot]
) -> None:
    clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": ""})
    stocktake = Stocktake.objects.get()
    good, wrong, strange = count(clerk, stocktake, spots[0], "TST000000", "TST000002", "ZZZ999999")
    assert "あるはずのカードです" in good
    assert "ここにないはずのカードです" in wrong
    assert "このコードのカードはありません" in strange
    count(clerk, stocktake, spots[1], "TST000008")
    page = clerk.get(f"/cards/shelves/stocktakes/{stocktake.pk}/").content.decode()
    for word in ("見つからない", "別の場所にあった", "保管していないはずのカード", "読めない", "2／4"):
        assert word in page
    clerk.post(f"/cards/shelves/stocktakes/{stocktake.pk}/sign/")
    stocktake.refresh_from_db()
    assert stocktake.closed_by == "窓口 花子"
    kinds = sorted(each["kind"] for each in stocktake.found["differences"])
    assert kinds == ["extra", "misplaced", "missing", "strange"]
    # Setting things right afterwards changes nothing of what was signed.
    read_again = clerk.get(f"/cards/shelves/stocktakes/{stocktake.pk}/scan/").status_code
    assert read_again == 200
    late = clerk.post(
        f"/cards/shelves/stocktakes/{stocktake.pk}/scan/", {"code": code_of_spot(spots[2])}, follow=True
    )
    assert "もう締めてあります" in late.content.decode()
    pdf = clerk.get(f"/cards/shelves/stocktakes/{stocktake.pk}/paper/?as=sheet").content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "棚卸の結果" in text
    assert "TST000001" in text


def test_a_box_of_another_cabinet_is_refused(clerk: Client, spots: list[Spot]) -> None:
    clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": "A-01"})
    stocktake = Stocktake.objects.get()
    page = f"/cards/shelves/stocktakes/{stocktake.pk}/scan/"
    refused = clerk.post(page, {"code": code_of_spot(spots[2])}, follow=True).content.decode()
    assert "範囲にありません" in refused
    twice = clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": "A-01"})
    assert twice.status_code == 422


def test_a_missing_card_is_told_with_the_box_of_the_books(clerk: Client, spots: list[Spot]) -> None:
    clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": ""})
    stocktake = Stocktake.objects.get()
    count(clerk, stocktake, spots[1])
    (missing,) = shelves_counting.differences(stocktake=stocktake, eyes=EVERYTHING)
    assert (missing.kind, missing.belongs) == ("missing", spots[1].name)


def test_a_cabinet_typed_in_full_width_is_the_same_cabinet(clerk: Client, spots: list[Spot]) -> None:
    clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": "Ａ－０１"})
    assert Stocktake.objects.get().cabinet == "A-01"
    rule = {"place": str(hall().pk), "cabinets": "Ａ－０１、Ａ－０２", "batch": "２０２６"}
    browser_of("city_admin").post("/cards/shelves/rules/", rule)
    assert AssignmentRule.objects.values_list("cabinets", "batch").get() == ("A-01、A-02", "2026")
    # One sign of the old fonts, six in half width.
    rules = browser_of("city_admin").post("/cards/shelves/rules/", {**rule, "batch": "㌖" * 40})
    assert (rules.status_code, AssignmentRule.objects.count()) == (422, 1)
    begun = clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": "㌖" * 20})
    assert (begun.status_code, Stocktake.objects.count()) == (422, 1)


def test_who_only_looks_begins_and_signs_nothing(clerk: Client, spots: list[Spot]) -> None:
    clerk.post("/cards/shelves/stocktakes/begin/", {"place": str(hall().pk), "cabinet": ""})
    stocktake = Stocktake.objects.get()
    for path in ("/cards/shelves/stocktakes/begin/", f"/cards/shelves/stocktakes/{stocktake.pk}/sign/"):
        assert browser_of("call_centre").post(path).status_code == 403
