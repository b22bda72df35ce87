"""The living page shows every part with every attribute it has, and leaves none undrawn."""

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.web.brands import HUES
from madoguchi.web.gallery.entries import Entry, entries
from madoguchi.web.gallery.pages import GROUPS, draw

pytestmark = pytest.mark.django_db
PARTS = Path(__file__).resolve().parents[2] / "templates" / "cotton"
ENTRIES = {entry.file_name: entry for entry in entries()}


def test_every_part_is_on_the_living_page() -> None:
    assert sorted(ENTRIES) == sorted(path.stem for path in PARTS.glob("*.html"))


@pytest.mark.parametrize("part", sorted(path.stem for path in PARTS.glob("*.html")))
def test_every_attribute_of_a_part_is_explained(part: str) -> None:
    declared = re.search(r"<c-vars(.*?)/>", (PARTS / f"{part}.html").read_text("utf-8"), re.DOTALL)
    names = set(re.findall(r":?([\w-]+)=", declared[1])) if declared else set()
    assert names == {name.lstrip(":") for name in ENTRIES[part].attributes}
    assert ENTRIES[part].purpose.endswith("。")


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_every_state_of_a_part_is_drawn(entry: Entry) -> None:
    assert entry.states
    assert entry.group in GROUPS
    for state in entry.states:
        html = draw(state, RequestFactory().get("/design/"))
        assert f"<c-{entry.name}" in state.source
        assert "<c-" not in html
        assert "{%" not in html
        assert re.search(r"<\w", html)


@pytest.mark.parametrize("hue", [*HUES, "no-such-hue"])
@pytest.mark.parametrize("audience", ["staff", "resident"])
def test_the_page_is_drawn_in_every_colour_for_both_audiences(
    client: Client, hue: str, audience: str
) -> None:
    sign_in(client, StaffFactory.create(city_admin=True))
    answer = client.get(f"/design/?hue={hue}&audience={audience}", headers={"host": "staff.midori.localhost"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<c-" not in re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert f'<div class="design" data-brand="{hue if hue in HUES else "blue"}"' in html
    for entry in ENTRIES.values():
        assert f'id="part-{entry.name}"' in html


def test_who_may_not_look_after_the_look_does_not_see_it(client: Client) -> None:
    sign_in(client, StaffFactory.create(counter_clerk=True))
    assert client.get("/design/", headers={"host": "staff.midori.localhost"}).status_code == 403
