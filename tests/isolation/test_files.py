"""Every list leaves as a file just as it is shown, and every file that comes in is tried first."""

import csv
import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.exchange.formats import active_formats
from madoguchi.exchange.models import ImportJob
from madoguchi.tenancy import City, in_city
from plugins.card_management.models import Card
from tests.isolation.doors import doors
from tests.isolation.worlds import World, furnish, session_of

pytestmark = pytest.mark.django_db(transaction=True)

LIST = re.compile(r'<table class="tbl" data-rows>(.*?)</table>', re.DOTALL)
HEAD = re.compile(r"<th scope=\"col\"(?! class=\"t-pick\")[^>]*>(.*?)</th>", re.DOTALL)


@pytest.fixture
def world(home: City) -> World:
    """A furnished city with an administrator."""
    furnished = furnish(city=home, mark="ZZ-HOME")
    with in_city(home):
        furnished.sessions["boss"] = session_of(StaffFactory.create(city_admin=True))
    return furnished


def _browser(world: World) -> Client:
    client = Client(headers={"host": world.host("staff")}, raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions["boss"]
    return client


def _words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).replace("↕", "").strip(" \n▲▼↑↓")


def _rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def _differences(browser: Client, world: World) -> tuple[list[str], list[str]]:
    """Open every list and its file; name the lists, and where the file says something else."""
    found, wrong = [], []
    for door in doors("staff"):
        if door.is_cms or door.access is None or not door.is_known(world.keys):
            continue
        address = door.address(world.keys)
        answer = browser.get(address)
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        page = answer.content.decode()
        shown = LIST.search(page)
        if shown is None:
            continue
        found.append(address)
        link = re.search(r'href="(\?[^"]*as=csv)"', page)
        if link is None:
            wrong.append(f"{address} has no file")
            continue
        rows = _rows(browser.get(address.partition("?")[0] + html.unescape(link[1])))
        heads = [_words(head) for head in HEAD.findall(shown[1])]
        if rows[0] != heads:
            wrong.append(f"{address}: {heads} is {rows[0]} in the file")
        lines = shown[1].partition("<tbody>")[2].partition("</tbody>")[0].count("<tr")
        # Below the rows stands who took them out.
        if len([row for row in rows[1:] if len(row) == len(heads)]) < lines:
            wrong.append(f"{address}: {lines} rows shown, {len(rows)} lines in the file")
    return found, wrong


@pytest.mark.req("NAN-18")
def test_lists_leave_as_shown_and_files_come_in_by_template_trial_and_error_file(world: World) -> None:
    with in_city(world.city, rollback=True):
        browser = _browser(world)
        found, wrong = _differences(browser, world)
        assert len(found) >= 8, found
        assert wrong == []
        for each in active_formats():
            (heads,) = _rows(browser.get("/imports/template/", {"format": each.name}))
            assert heads[: len(each.columns)] == list(each.columns)
        assert browser.get("/imports/template/", {"format": "no.such"}).status_code == 404
        wanted = next(each for each in active_formats() if each.name == "issuance_notices")
        before = Card.objects.count()
        text = ",".join(wanted.columns) + "\r\n" + ",".join("?" for _column in wanted.columns) + "\r\n"
        _send(browser, wanted.name, text.encode("utf-8-sig"))
        job = ImportJob.objects.latest("uploaded_at")
        assert (job.state, job.broken, Card.objects.count()) == (ImportJob.State.CHECKED, 1, before)
        faults = _rows(browser.get(f"/imports/{job.id}/problems/"))
        assert faults[0] == ["行番号", "種類", "列", "理由と直し方"]
        assert [row[:2] for row in faults[1:]] == [["2", "取り込めません"]]
        refused = _send(browser, wanted.name, text.encode("utf-16"))
        assert refused.status_code == 422
        assert "文字コード" in refused.content.decode()


def _send(browser: Client, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile("cards.csv", content, content_type="text/csv")
    return browser.post("/imports/", {"format": name, "file": file})
