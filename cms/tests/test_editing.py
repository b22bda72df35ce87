"""Staff edit pages in Wagtail: who may, what the public sees then, and what a preview leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cms.models import HomePage, InfoPage
from madoguchi.accounts.sessions import IDLE_SECONDS
from madoguchi.tenancy import current_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(city_admin: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(city_admin)


@pytest.fixture
def contact() -> InfoPage:
    return InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")


def _form(contact: InfoPage, **changed: str) -> dict[str, str]:
    return {
        "title": contact.title,
        "slug": contact.slug,
        "lead": contact.lead,
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": "電話",
        **changed,
    }


def test_nobody_edits_without_signing_in(staff_client: Client) -> None:
    answer = staff_client.get("/cms/")
    assert answer.status_code == 302
    assert answer["location"].startswith("/sign-in/")


def test_staff_without_the_permission_are_refused(
    counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    assert signed_in(counter_clerk).get("/cms/").status_code == 403


def test_the_sign_in_of_wagtail_leads_to_ours(staff_client: Client) -> None:
    for path in ("/cms/login/", "/cms/password_reset/"):
        answer = staff_client.post(path, {"username": "S00001", "password": "guessed"})
        assert (answer.status_code, answer["location"]) == (302, "/sign-in/")


def test_signing_out_of_the_editor_is_our_sign_out(editor: Client) -> None:
    answer = editor.post("/cms/logout/", follow=True)
    assert [address for address, _status in answer.redirect_chain] == ["/sign-out/", "/sign-in/"]
    assert editor.get("/cms/").status_code == 302


@pytest.mark.parametrize(
    "address",
    ["pages/", "pages/search/?q=card", "choose-page/", "reports/site-history/", "reports/locked/", "sprite/"],
)
def test_the_pages_of_the_editor_open(editor: Client, address: str) -> None:
    assert editor.get(f"/cms/{address}").status_code == 200


@pytest.mark.parametrize("address", ["users/", "groups/", "sites/", "locales/", "account/"])
def test_an_editor_of_pages_manages_nobody(editor: Client, address: str) -> None:
    assert editor.get(f"/cms/{address}").status_code in {302, 403, 404}


def test_an_editor_finds_the_pages_of_the_city(editor: Client) -> None:
    home = HomePage.objects.get(locale__language_code="ja")
    assert editor.get("/cms/").status_code == 200
    listing = editor.get(f"/cms/pages/{home.pk}/")
    assert listing.status_code == 200
    assert "お問い合わせ" in listing.content.decode()


def test_an_editor_publishes_and_residents_read_it(
    editor: Client, contact: InfoPage, resident_client: Client
) -> None:
    form = _form(contact, title="お問い合わせ先が変わりました") | {"action-publish": "action-publish"}
    answer = editor.post(f"/cms/pages/{contact.pk}/edit/", form)
    assert answer.status_code == 302, answer.content.decode()[:500]
    assert "お問い合わせ先が変わりました" in resident_client.get("/what-to-bring/").content.decode()


def test_a_draft_stays_with_the_editors(editor: Client, contact: InfoPage, resident_client: Client) -> None:
    answer = editor.post(f"/cms/pages/{contact.pk}/edit/", _form(contact, title="まだ下書き"))
    assert answer.status_code == 302
    assert "まだ下書き" not in resident_client.get("/what-to-bring/").content.decode()


def test_a_preview_shows_the_page_and_leaves_the_city_entered(
    editor: Client, contact: InfoPage, home: Any
) -> None:
    address = f"/cms/pages/{contact.pk}/edit/preview/"
    assert editor.post(address, _form(contact, title="プレビューの題名")).json()["is_valid"]
    shown = editor.get(address)
    assert shown.status_code == 200
    assert "プレビューの題名" in shown.content.decode()
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert current_city().uuid == home.uuid
    assert InfoPage.objects.get(pk=contact.pk).title == "受け取りに必要なもの"
    assert editor.get("/cms/").status_code == 200


def test_a_preview_obeys_no_host_that_an_editor_typed(
    editor: Client, contact: InfoPage, stranger: Any, home: Any
) -> None:
    from wagtail.models import Site

    Site.objects.update(hostname=stranger.resident_url.partition("://")[2].partition(":")[0])
    address = f"/cms/pages/{contact.pk}/edit/preview/"
    editor.post(address, _form(contact))
    shown = editor.get(address).content.decode()
    assert home.name in shown
    assert stranger.name not in shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        assert cursor.fetchone() == (home.schema_name,)


def test_the_editor_has_a_looser_policy_and_residents_keep_the_strict_one(
    editor: Client, resident_client: Client
) -> None:
    assert "'unsafe-inline'" in editor.get("/cms/")["Content-Security-Policy"]
    assert "unsafe" not in resident_client.get("/")["Content-Security-Policy"]


def test_a_character_that_no_text_holds_is_a_bad_request(editor: Client) -> None:
    assert editor.get("/cms/api/main/pages/", {"search": "窓口"}).status_code == 200
    assert editor.get("/cms/api/main/pages/", {"search": "\0"}).status_code == 400


def test_json_nested_without_end_is_a_bad_request(editor: Client) -> None:
    # The library reads the body in search of the token of its forms.
    editor.handler.enforce_csrf_checks = True
    editor.cookies["csrftoken"] = "c" * 32
    body = "[" * 100_000
    answer = editor.post("/cms/api/main/images/find/", body, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_the_next_step_stands_beside_saving_and_the_city_signs_the_sidebar(
    editor: Client, contact: InfoPage
) -> None:
    """No arrow has to be found before a page can be published, and no bird of Wagtail's greets a clerk."""
    page = editor.get(f"/cms/pages/{contact.pk}/edit/").content.decode()
    beside = page.split('class="next-step"')[1].split("</span>\n")[0].split("w-dropdown")[0]
    assert "下書きを保存" in beside
    assert 'name="action-publish"' in beside
    assert 'class="city-sign"' in page
    assert "cms/editor.css" in page


def test_the_editor_warns_before_the_session_ends(editor: Client, contact: InfoPage) -> None:
    session = editor.session
    session[IDLE_SECONDS] = 1800
    session.save()
    for address in ("/cms/", f"/cms/pages/{contact.pk}/edit/"):
        page = editor.get(address).content.decode()
        assert page.count('id="session-dialog"') == 1
        assert 'data-keep="/session/keep/"' in page
        assert "cms/editor" in page.partition('type="module"')[2]
        # Nothing of ours keeps what is typed here, and the words promise nothing.
        assert "入力中の内容は30分間" not in page
        assert "保存していない内容は消えます" in page
