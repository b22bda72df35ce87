"""Two administrators with the same page open: the second one is told before anything is overwritten."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from madoguchi.accounts.methods import policy
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsers() -> tuple[Client, Client]:
    """The browsers of two administrators."""

    def browser() -> Client:
        fresh = Client(headers={"host": "staff.midori.localhost"})
        return sign_in(fresh, StaffFactory.create(roles=["city_admin"]))

    return browser(), browser()


def seen_on(page: Any, *, part: str = "") -> str:
    """Read what a page says that it has seen."""
    text = page.content.decode()
    found = re.search(r'name="_seen" value="([^"]*)"', text.partition(f'value="{part}"')[2] if part else text)
    assert found
    return found.group(1)


def said_on(page: Any) -> str:
    return html.unescape(page.content.decode())


def test_the_entry_of_a_person_is_not_overwritten_in_silence(browsers: tuple[Client, Client]) -> None:
    first, second = browsers
    person = StaffFactory.create(name="戸籍 太郎", section="市民課", roles=["counter_clerk"])
    address = f"/staff/{person.pk}/"
    opened = seen_on(second.get(address))
    entry = {"name": "戸籍 太郎", "section": "市民課", "roles": ["counter_clerk"], "is_active": "on"}
    moved = {**entry, "section": "保険課", "roles": ["auditor"], "_seen": seen_on(first.get(address))}
    assert first.post(address, moved).status_code == 302
    # A mistake of one's own on the way does not make the page newer.
    mistaken = second.post(address, {**entry, "name": "", "_seen": opened})
    assert (mistaken.status_code, seen_on(mistaken)) == (422, opened)
    late = {**entry, "name": "戸籍 次郎", "_seen": opened}
    refused = second.post(address, late)
    assert refused.status_code == 422
    page = said_on(refused)
    assert "この画面を開いたあとに、内容が変更されました" in page
    assert (
        "「課・係」は、いま「保険課」です。"
        in page.partition('id="id_section_error"')[2].partition("</p>")[0]
    )
    assert 'value="戸籍 次郎"' in page
    found = Staff.objects.get(pk=person.pk)
    assert (found.name, found.section) == ("戸籍 太郎", "保険課")
    assert list(found.roles.values_list("key", flat=True)) == ["auditor"]
    assert second.post(address, {**late, "_seen": seen_on(refused)}).status_code == 302
    assert Staff.objects.get(pk=person.pk).name == "戸籍 次郎"


def test_the_rules_of_passwords_are_not_overwritten_in_silence(browsers: tuple[Client, Client]) -> None:
    first, second = browsers
    address = "/sign-in/rules/"
    opened = seen_on(second.get(address), part="passwords")
    typed = {
        "part": "passwords",
        "passwords-shortest": "12",
        "passwords-classes": "1",
        "passwords-remembered": "3",
        "passwords-expires_days": "0",
        "passwords-forbidden_words": "",
        "_seen": opened,
    }
    assert first.post(address, {**typed, "passwords-shortest": "20"}).status_code == 302
    refused = second.post(address, {**typed, "passwords-classes": "3"})
    assert refused.status_code == 422
    page = said_on(refused)
    assert "この画面を開いたあとに、内容が変更されました" in page
    beside = page.partition('id="id_passwords-shortest_error"')[2].partition("</p>")[0]
    assert "いま「20」です。" in beside
    assert (policy.password_rules().shortest, policy.password_rules().classes) == (20, 1)
    # The other half of the page is as new as it was.
    assert seen_on(refused, part="sign_in") == policy.version("sign_in")
    again = {**typed, "passwords-classes": "3", "_seen": seen_on(refused, part="passwords")}
    assert second.post(address, again).status_code == 302
    assert policy.password_rules().classes == 3
