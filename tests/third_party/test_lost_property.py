"""A package of another house: built, installed, migrated, on in one city only, off with its data kept."""

import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.third_party.scratch import Scratch, scratch

PACKAGE = Path(__file__).parent / "lost_property"
PAGE = "/lost-property/"
TASK = """
import sys; sys.path.insert(0, "platform")
import django; django.setup()
import deploy.celery
from django.core.management import call_command
from lost_property.models import Report
from lost_property.tasks import forget_old
from madoguchi.tenancy import find_city, in_city
for position in ("off", "on"):
    call_command("switch_plugin", "999997", "lost_property", position)
    city = find_city(code="999997")
    stamp = {"schema": city.schema_name, "uuid": str(city.uuid)}
    forget_old.apply(headers={"madoguchi_city": stamp}, throw=True)
    with in_city(city):
        print(position, "leaves", Report.objects.count())
"""
HOME, STRANGER = "midori.localhost", "kasumi.localhost"

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("third-party")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """An installation into which the package's wheel was put, without any network."""
    folder = tmp_path_factory.mktemp("third-party")
    source = shutil.copytree(PACKAGE, folder / "source")
    with scratch(folder=folder, label="third") as place:
        python = sys.executable
        place.run("sh", "-c", f'cd "{source}" && "{python}" -m hatchling build -t wheel -d "{folder}"')
        (wheel,) = folder.glob("lost_property-*.whl")
        # What every installer does with a wheel that has no scripts; .venv need not carry one.
        zipfile.ZipFile(wheel).extractall(place.packages)
        place.manage("migrate_fleet", "--jobs", "2")
        yield place


@pytest.mark.req("DES-03", "FUJ-12")
def test_it_runs_in_one_city_only_and_keeps_its_data_while_it_is_off(installed: Scratch) -> None:
    with installed.serving():
        installed.sees(HOME, PAGE, 404)
        assert "not_in_contract" in installed.manage(
            "switch_plugin", "999997", "lost_property", "on", fails=True
        )
        installed.manage("switch_plugin", "999997", "lost_property", "on", "--agree")
        installed.sees(HOME, PAGE, 200)
        installed.sees(STRANGER, PAGE, 404)
        assert 'href="/lost-property/"' in installed.visit(HOME, "/")[1]
        assert "黒い傘" in installed.visit(HOME, PAGE, send={"thing": "黒い傘"})[1]

        installed.manage("switch_plugin", "999997", "lost_property", "off")
        installed.sees(HOME, PAGE, 404)
        installed.sees(HOME, "/en" + PAGE, 404)
        assert 'href="/lost-property/"' not in installed.visit(HOME, "/")[1]
        assert installed.rows("c_999997", "lost_property_report") == 1
        assert installed.rows("c_999989", "lost_property_report") == 0

        installed.manage("switch_plugin", "999997", "lost_property", "on")
        installed.sees(HOME, PAGE, 200)
        assert "黒い傘" in installed.visit(HOME, PAGE)[1]
        _try_its_task(installed)
        _try_one_of_ours(installed)


def _try_its_task(installed: Scratch) -> None:
    """A task that waited is dropped while the plugin is off, and done when it is on again."""
    installed.change("UPDATE c_999997.lost_property_report SET reported_at = '2020-01-01'")
    said = installed.run(sys.executable, "-c", TASK)
    assert "off leaves 1" in said
    assert "on leaves 0" in said


def _try_one_of_ours(installed: Scratch) -> None:
    """The plugins that come with the platform go by the same rule."""
    slots = installed.rows("c_999989", "card_reservation_slot")
    installed.manage("switch_plugin", "999989", "card_reservation", "off")
    installed.sees(STRANGER, "/booking/", 404)
    installed.sees(HOME, "/booking/", 200)
    assert installed.rows("c_999989", "card_reservation_slot") == slots > 0
    installed.manage("switch_plugin", "999989", "card_reservation", "on")
    installed.sees(STRANGER, "/booking/", 200)


def test_it_keeps_the_contract_of_plugins(installed: Scratch) -> None:
    source = installed.packages.parent / "source"
    said = installed.run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(source)),
        *("-c", str(installed.code / "pyproject.toml"), str(source / "tests")),
    )
    assert "passed" in said
    assert "failed" not in said


def test_without_the_package_the_installation_goes_on(installed: Scratch) -> None:
    bare = Scratch(
        names=installed.names,
        code=installed.code,
        packages=installed.packages / "nothing",
        port=installed.port,
    )
    assert "not installed: lost_property" in bare.manage(
        "switch_plugin", "999997", "lost_property", "on", fails=True
    )
