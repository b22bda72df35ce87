"""Addresses that lead elsewhere: after a move, by an editor's hand, and never out of the city unasked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from cms.models import HomePage, InfoPage
from madoguchi.tenancy import in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.people import host

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(city_admin: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(city_admin)


def _goes(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.get("location", "")


def _guidance(language: str = "ja") -> InfoPage:
    return InfoPage.objects.get(slug="what-to-bring", locale__language_code=language)


def _add(editor: Client, **fields: str) -> Any:
    return editor.post("/cms/redirects/add/", {"is_permanent": "on", "redirect_link": "", **fields})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "prefix"), [("ja", ""), ("en", "/en")])
def test_a_page_that_is_renamed_is_found_under_its_old_address(
    home: Any, resident_client: Client, language: str, prefix: str
) -> None:
    with in_city(home):
        page = _guidance(language)
        staff = StaffFactory.create(roles=["city_admin"])
        editor = sign_in(Client(headers={"host": host(home.staff_url)}), staff)
    form = {
        "title": page.title,
        "slug": "needed",
        "lead": page.lead,
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "body-count": "0",
        "action-publish": "action-publish",
    }
    assert editor.post(f"/cms/pages/{page.pk}/edit/", form).status_code == 302
    assert _goes(resident_client, f"{prefix}/what-to-bring/") == (301, f"{prefix}/needed/")
    assert _goes(resident_client, f"{prefix}/what-to-bring/?from=mail")[0] == 301


def test_a_page_that_moves_takes_its_readers_along(editor: Client, resident_client: Client) -> None:
    page = _guidance()
    service = HomePage.objects.get(locale__language_code="ja").get_children().get(slug="card-pickup")
    assert editor.post(f"/cms/pages/{page.pk}/move/{service.pk}/confirm/").status_code == 302
    assert _goes(resident_client, "/what-to-bring/") == (301, "/card-pickup/what-to-bring/")


def test_an_editor_leads_addresses_of_an_older_site_here(editor: Client, resident_client: Client) -> None:
    page = _guidance()
    assert _goes(resident_client, "/soshiki/10/card.html")[0] == 404
    assert _add(editor, old_path="/soshiki/10/card.html", redirect_page=str(page.pk)).status_code == 302
    assert _goes(resident_client, "/soshiki/10/card.html") == (301, "/what-to-bring/")
    assert "/soshiki/10/card.html" in editor.get("/cms/redirects/").content.decode()


def test_a_temporary_address_may_lead_to_another_site_over_https(
    editor: Client, resident_client: Client
) -> None:
    fields = {"old_path": "/festival/", "redirect_link": "https://festival.example/", "is_permanent": ""}
    assert _add(editor, **fields).status_code == 302
    assert _goes(resident_client, "/festival/") == (302, "https://festival.example/")


@pytest.mark.parametrize(
    "link",
    ["http://festival.example/", "javascript:alert(1)", "ftp://festival.example/"],
)
def test_an_address_that_is_not_safe_is_refused_and_never_followed(
    editor: Client, resident_client: Client, link: str
) -> None:
    answer = _add(editor, old_path="/festival/", redirect_link=link)
    assert answer.status_code == 200
    assert not Redirect.objects.exists()
    Redirect.objects.create(old_path="/festival", redirect_link=link)
    assert _goes(resident_client, "/festival/") == (404, "")


def test_an_address_without_a_target_is_refused(editor: Client) -> None:
    assert "どちらか1つ" in _add(editor, old_path="/nowhere/").content.decode()


def test_a_visitor_leads_nobody_anywhere(resident_client: Client) -> None:
    for path in ("/x/?next=https://evil.example/", "/https://evil.example/", "//evil.example/x.html"):
        status, location = _goes(resident_client, path)
        assert status in {301, 404}
        assert "evil.example" not in location.partition("?")[0].partition("//")[2]


def test_a_page_comes_before_an_address_of_the_same_name(resident_client: Client) -> None:
    Redirect.objects.create(old_path="/faq", redirect_link="https://other.example/")
    assert resident_client.get("/faq/").status_code == 200


@pytest.mark.parametrize("path", ["redirects/import/", "redirects/import/process/"])
def test_nobody_imports_addresses(editor: Client, path: str) -> None:
    assert editor.get(f"/cms/{path}").status_code == 404
    assert "import" not in editor.get("/cms/redirects/").content.decode().partition("<main")[2]


@pytest.mark.django_db(transaction=True)
def test_an_address_of_one_city_leads_nowhere_in_another(home: Any, stranger: Any) -> None:
    with in_city(stranger):
        Redirect.objects.create(
            old_path="/himitsu", site=Site.objects.get(), redirect_link="https://kasumi.example/"
        )
    here, there = (Client(headers={"host": host(city.resident_url)}) for city in (home, stranger))
    assert _goes(there, "/himitsu/") == (301, "https://kasumi.example/")
    assert _goes(here, "/himitsu/") == (404, "")
