"""Japanese time, era, holidays and letters, from the file that comes in to the paper that goes out."""

import csv
import io
import unicodedata
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.places.models import CalendarDay
from madoguchi.tenancy import City
from madoguchi.web.dates import read_date
from madoguchi.words import letters

pytestmark = pytest.mark.django_db

# 神 as the register writes it, 﨑, 𠮷 beyond the first plane, and 葛 with a variation selector.
NAME = "\ufa19﨑 𠮷葛\U000e0100"
HEAD = "職員コード,区分,氏名,氏名カナ,課・係\r\n"


@pytest.fixture
def desk(home: City) -> Client:
    admin: Staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), admin)


@pytest.mark.req("DES-08")
def test_time_era_holidays_and_the_kanji_of_a_name_come_through_unharmed(desk: Client) -> None:
    # A day begins and ends at midnight in Japan, whatever the server's clock says.
    with clock.frozen_at(datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 4, 30)
    with clock.frozen_at(datetime(2026, 4, 30, 15, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 5, 1)
        # Holidays of the law, those of substitution and those between two others.
        assert desk.post("/places/days/holidays/", {"year": "2026"}).status_code == 303
        closed = set(CalendarDay.objects.filter(kind="closed").values_list("day", flat=True))
        assert {date(2026, 5, 3), date(2026, 5, 6), date(2026, 9, 22), date(2026, 12, 31)} <= closed
        # A name comes in by a file and goes out by one; wide letters become usual, kanji stay.
        text = HEAD + f"Ｎ７００１,,{NAME},ｼﾞﾝｻﾞｷ,市民課\r\n"
        file = SimpleUploadedFile("april.csv", text.encode("utf-8-sig"), content_type="text/csv")
        sent = {"file": file, "effective_on": "2026-05-01"}
        address = desk.post("/staff/personnel/", sent)["Location"]
        desk.post(f"{address}confirm/")
        person = Staff.objects.get(staff_code="N7001")
        assert (person.name, person.name_kana) == (NAME, "ジンザキ")
        assert NAME in desk.get(f"/staff/{person.id}/").content.decode()
        rows = csv.reader(io.StringIO(desk.get("/staff/personnel/file/").content.decode("utf-8-sig")))
        assert NAME in [cell for row in rows for cell in row]
        # What is printed bears the era.
        printed = desk.get("/staff/?as=print").content.decode()
        assert "R8.05.01" in printed
        assert NAME in printed
        assert "令和8年5月1日" in desk.get(address).content.decode()
    assert read_date("令和8年5月1日") == date(2026, 5, 1)


def test_only_the_width_of_letters_is_changed() -> None:
    assert letters.plain("ＡＢＣ１２３　ﾔﾏﾀﾞ㈱") == "ABC123 ヤマダ(株)"
    assert letters.plain(NAME) == NAME
    # What the usual way would have done to the name.
    assert unicodedata.normalize("NFKC", NAME) != NAME
