"""Residents and staff arrive on hosts of their own, and a release serves its own zones only."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from deploy.settings.releases import ZONES
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.tenancy import City, directory, in_city
from madoguchi.testing.people import host
from tests.deployment.addresses import addresses

ROOT = Path(__file__).resolve().parents[2]
URLCONFS = django_settings.MADOGUCHI["URLCONFS"]
# The same words in both zones, and no page of staff among them: a front page, pictures, the logo in the
# header of both, the city's pulse.
SHARED = {"/", "/media/sample", "/brand/logo/sample", "/healthz"}
# A page that a city wrote for its residents may have an address that staff know, as /places/ does.
CITY_PAGES = "wagtail_serve"
OPERATORS = "operators.localhost"

ASKS = """
import json, sys
import django
django.setup()
from django.core.management import CommandError, call_command
from django.test import Client
client = Client(raise_request_exception=False)
print(json.dumps({
    f"{host}{path}": client.get(path, headers={"host": host}).status_code
    for host in sys.argv[1].split(",") for path in sys.argv[2].split(",")
}))
"""


@pytest.fixture
def only(settings: Settings) -> Callable[[str], None]:
    """Serve the zones of one release."""

    def serve(release: str) -> None:
        settings.MADOGUCHI = {**settings.MADOGUCHI, "RELEASE": release, "ZONES": ZONES[release]}

    return serve


@pytest.mark.req("KUR-02")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("release", sorted(ZONES))
def test_each_host_serves_its_own_zone_and_nothing_of_the_other(
    release: str, only: Callable[[str], None], home: City
) -> None:
    only(release)
    method = "post" if release == "internet" else "get"
    residents, staff = host(home.resident_url), host(home.staff_url)
    assert residents != staff
    browser = signed_in_everywhere(home)
    for place, foreign in ((residents, "staff"), (residents, "operators"), (staff, "resident")):
        own = "staff" if place == staff else "resident"
        for address in sorted(set(addresses(URLCONFS[foreign])) - set(addresses(URLCONFS[own])) - SHARED):
            assert is_nothing_of_another_zone(browser, place, address, method=method), (place, address)
    both = set(addresses(URLCONFS["staff"])) & set(addresses(URLCONFS["resident"]))
    assert both <= SHARED
    assert "職員トップ" not in browser.get("/", headers={"host": residents}).content.decode()
    # The good case: each entry point opens its own pages where its zone is served, and only there.
    assert (status(Client(), residents, "/booking/") == 200) is ("resident" in ZONES[release])
    assert (status(Client(), staff, "/sign-in/") == 200) is ("staff" in ZONES[release])
    assert (status(Client(), OPERATORS, "/sign-in/") == 200) is ("operators" in ZONES[release])


def signed_in_everywhere(home: City) -> Client:
    """a browser that carries an administrator's session to whatever host it asks."""
    browser = Client(raise_request_exception=False)
    with in_city(home):
        sign_in(browser, StaffFactory.create(roles=["city_admin"]))
    return browser


def is_nothing_of_another_zone(browser: Client, place: str, address: str, *, method: str) -> bool:
    """tell whether one host does not know an address, or shows the page that residents read there."""
    answer: Any = getattr(browser, method)(address, headers={"host": place}, follow=True)
    if answer.status_code != 200 or answer.wsgi_request.urlconf != URLCONFS["resident"]:
        return bool(answer.status_code == 404)
    return bool(answer.resolver_match.view_name == CITY_PAGES)


def status(browser: Client, place: str, address: str, *, method: str = "get") -> int:
    """ask one host for one address."""
    answer: Any = getattr(browser, method)(address, headers={"host": place}, follow=True)
    return int(answer.status_code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("header", ["x-forwarded-host", "forwarded", "x-original-host", "x-host"])
def test_no_header_opens_the_other_zone(header: str, only: Callable[[str], None], home: City) -> None:
    only("internet")
    value = f"host={host(home.staff_url)}" if header == "forwarded" else host(home.staff_url)
    for place, expected in ((host(home.resident_url), 404), ("unknown.localhost", 404)):
        answer = Client().get("/sign-in/", headers={"host": place, header: value})
        assert answer.status_code == expected


@pytest.mark.req("NAN-01")
@pytest.mark.django_db(transaction=True)
def test_one_build_runs_in_both_zones_by_one_switch_and_the_map_is_documented(home: City) -> None:
    """Only MADOGUCHI_RELEASE differs between the two; a release that does not exist does not run."""
    hosts = (host(home.resident_url), host(home.staff_url), OPERATORS)
    running = {release: start(release, hosts) for release in ("internet", "lgwan", "cloud")}
    answers = {release: process.communicate(timeout=60) for release, process in running.items()}
    assert json.loads(answers["internet"][0]) == expected(hosts, residents=200, staff=404)
    assert json.loads(answers["lgwan"][0]) == expected(hosts, residents=404, staff=200)
    assert running["cloud"].returncode != 0
    assert "MADOGUCHI_RELEASE is 'cloud'" in answers["cloud"][1]
    assert documented_zones() == {name: set(zones) for name, zones in ZONES.items()}


def start(release: str, hosts: tuple[str, ...]) -> subprocess.Popen[str]:
    """run the build as one release and let it answer for every host."""
    return subprocess.Popen(
        [sys.executable, "-c", ASKS, ",".join(hosts), "/booking/,/sign-in/"],
        cwd=ROOT,
        env={
            **os.environ,
            "MADOGUCHI_RELEASE": release,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def expected(hosts: tuple[str, ...], *, residents: int, staff: int) -> dict[str, int]:
    """say which host answers what."""
    resident_host, staff_host, operators_host = hosts
    return {
        f"{resident_host}/booking/": residents,
        f"{resident_host}/sign-in/": 404,
        f"{staff_host}/booking/": 404,
        f"{staff_host}/sign-in/": staff,
        f"{operators_host}/booking/": 404,
        f"{operators_host}/sign-in/": staff,
    }


def documented_zones() -> dict[str, set[str]]:
    """read the zone map of the how-to page."""
    page = (ROOT / "docs/how-to/zones.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    return {release: set(re.findall(r"`(\w+)`", zones)) for release, zones in rows if release in ZONES}


@pytest.mark.django_db(transaction=True)
def test_a_booking_page_without_anybody_who_knows_the_cards_has_a_plan(
    settings: Settings, home: City
) -> None:
    """In a release without the ledger of cards a resident is asked to phone, and no number is locked."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "LEFT_OUT_PLUGINS": ("card_management",)}
    directory().forget()  # type: ignore[attr-defined]
    browser = Client(headers={"host": host(home.resident_url)})
    for _ in range(7):
        answer = browser.post("/booking/", {"reference": "ABC123456", "month": "2", "day": "29"})
        assert answer.status_code == 422
        assert "お電話でご予約ください" in answer.content.decode()
    with in_city(home):
        from plugins.card_reservation.models import VerificationFailure

        assert not VerificationFailure.objects.exists()
    staff = signed_in_everywhere(home)
    assert status(staff, host(home.staff_url), "/cards/") == 404
    assert status(staff, host(home.staff_url), "/reservations/") == 200


def test_background_work_knows_every_plugin(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event or a task that a left-out plugin does not hear would be lost for everybody."""
    from deploy import celery

    settings.MADOGUCHI = {**settings.MADOGUCHI, "LEFT_OUT_PLUGINS": ("card_management",)}
    with pytest.raises(CommandError, match="MADOGUCHI_LEFT_OUT_PLUGINS"):
        call_command("relay", "--once")
    monkeypatch.setattr(sys, "argv", ["/opt/venv/lib/celery/__main__.py", "worker"])
    with pytest.raises(SystemExit, match="MADOGUCHI_LEFT_OUT_PLUGINS"):
        celery.set_schedule(celery.app)
