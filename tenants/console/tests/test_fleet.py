"""The list of every city: few queries, quick, searchable, and open to operators only."""

import csv
import io
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.tenancy import City as CityLike
from tenants.models import City, Contract, PluginSwitch

pytestmark = pytest.mark.django_db
FLEET = 1_741


def add_cities(number: int) -> None:
    """Add cities that exist in the list only."""
    now, today = clock.now(), clock.today()
    rows = [
        City(
            uuid=uuid.uuid4(),
            code=f"{place:06}",
            slug=f"made-up-{place}",
            name=f"架空{place}市",
            name_kana=f"カクウ{place}シ",
            name_en=f"Made-up {place}",
            prefecture=f"架空{place % 47:02}県",
            schema_name=f"c_{place:06}",
            state=("active", "test", "suspended")[place % 3],
            created_at=now,
        )
        for place in range(1, number + 1)
    ]
    City.objects.bulk_create(rows)
    Contract.objects.bulk_create(
        Contract(city=row, starts_on=date(2026, 4, 1), ends_on=today + timedelta(days=100 + place))
        for place, row in enumerate(rows)
    )
    PluginSwitch.objects.bulk_create(
        PluginSwitch(city=row, plugin="card_reservation", is_on=True, changed_at=now) for row in rows
    )


def test_a_whole_fleet_takes_few_queries_and_little_time(operator_as: Callable[..., Client]) -> None:
    browser = operator_as("operator_viewer")
    browser.get("/")
    with CaptureQueriesContext(connection) as few:
        assert browser.get("/").status_code == 200
    add_cities(FLEET)
    with CaptureQueriesContext(connection) as many:
        started = time.perf_counter()
        page = browser.get("/", {"sort": "-name", "page": "3"})
        seconds = time.perf_counter() - started
    assert page.status_code == 200
    assert len(many) == len(few) <= 14, [query["sql"] for query in many]
    assert seconds < 2
    assert f"<b>{FLEET + 2}</b>" in page.content.decode()
    assert page.content.decode().count("<tr>") == 51


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"words": "みどり"}, {"999997"}),
        ({"words": "ミドリ"}, {"999997"}),
        ({"words": "９９９９９７"}, {"999997"}),
        ({"words": "架空 かすみ"}, {"999989"}),
        ({"state": "suspended"}, set()),
        ({"plugin": "card_management", "words": "市"}, {"999997", "999989"}),
        ({"state": "no such state"}, {"999997", "999989"}),
        ({"words": "<script>"}, set()),
    ],
)
def test_a_city_is_found_by_what_people_know_of_it(
    operator_as: Callable[..., Client], query: dict[str, str], expected: set[str]
) -> None:
    page = operator_as().get("/", query).content.decode()
    assert {code for code in ("999997", "999989") if f"/cities/{code}/" in page} == expected
    assert ("条件に合うものはありません" in page) == (not expected)


def test_a_contract_near_its_end_stands_out(operator_as: Callable[..., Client]) -> None:
    Contract.objects.filter(city__code="999997").update(ends_on=clock.today() + timedelta(days=25))
    browser = operator_as()
    assert "あと25日" in browser.get("/").content.decode()
    found = browser.get("/", {"ending": "30"}).content.decode()
    assert "/cities/999997/" in found
    assert "/cities/999989/" not in found


def test_the_file_holds_what_the_list_holds_and_is_written_down(
    operator_as: Callable[..., Client], operators: CityLike
) -> None:
    City.objects.filter(code="999989").update(name="=HYPERLINK()")
    answer = operator_as().get("/cities.csv", {"state": "active"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["999989", "999997"]
    assert rows[1][1] == "'=HYPERLINK()"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditentry WHERE action = 'tenants.list_downloaded'")
        assert cursor.fetchone()[0] == 1
