"""Editors of one city see nothing of another: no page, person or image, in no list, chooser or report."""

from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from cms.models import HomePage, InfoPage
from cms.services.editors import GROUP
from cms.tasks import publish_due
from madoguchi import clock
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.people import host

SECRET_PAGE = "かすみ市だけの原稿"
SECRET_PERSON = "霞 職員"
LISTS = (
    "pages/",
    "pages/search/?q=%E3%81%8B%E3%81%99%E3%81%BF",
    "choose-page/",
    "choose-page/search/?q=%E3%81%8B%E3%81%99%E3%81%BF",
    "reports/site-history/",
    "reports/locked/",
    "reports/aging-pages/",
    "reports/workflow/",
    "images/",
    "images/chooser/",
    "documents/",
    "documents/chooser/",
)


def _home(language: str = "ja") -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def _editor(city: City, **facts: Any) -> Client:
    return sign_in(
        Client(headers={"host": host(city.staff_url)}), StaffFactory.create(roles=["city_admin"], **facts)
    )


def _write_secrets() -> None:
    """Leave a page, a draft in the history, a document and a person that only this city may see."""
    home = _home()
    page = InfoPage(title=SECRET_PAGE, slug="himitsu", locale=home.locale)
    home.add_child(instance=page)
    author = StaffFactory.create(name=SECRET_PERSON, roles=["city_admin"])
    page.save_revision(user=author, log_action=True)
    get_document_model().objects.create(title=SECRET_PAGE, file="himitsu.pdf")
    get_image_model().objects.create(title=SECRET_PAGE, file="himitsu.png", width=1, height=1)


@contextmanager
def _reading(client: Client, path: str) -> Any:
    answer = client.get(f"/cms/{path}", follow=True)
    assert answer.status_code == 200, path
    yield answer.content.decode()


@pytest.mark.req("DES-04")
@pytest.mark.django_db(transaction=True)
def test_pages_of_a_city_are_its_own_and_can_be_previewed_approved_and_scheduled(
    home: City, stranger: City, resident_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_city(stranger):
        _write_secrets()
        there = _editor(stranger)
    with in_city(home):
        here, colleague = _editor(home), _editor(home, name="承認 者")
    _only_its_own_editors_see_a_city(here=here, there=there, cities=(home, stranger))
    _a_preview_shows_what_is_not_published(here, resident_client, home)
    _a_page_waits_for_a_second_pair_of_eyes(here, colleague, resident_client, home)
    _a_page_goes_live_at_its_time(resident_client, home, monkeypatch)


def _only_its_own_editors_see_a_city(*, here: Client, there: Client, cities: tuple[City, City]) -> None:
    roots = []
    for city in cities:
        with in_city(city):
            roots.append(_home().pk)
    assert SECRET_PAGE in there.get(f"/cms/pages/{roots[1]}/").content.decode()
    assert SECRET_PERSON in there.get("/cms/reports/site-history/").content.decode()
    for path in (*LISTS, f"pages/{roots[0]}/"):
        with _reading(here, path) as words:
            assert SECRET_PAGE not in words, path
            assert SECRET_PERSON not in words, path


def _guidance(city: City) -> InfoPage:
    with in_city(city):
        return InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")


def _shown(resident_client: Client) -> str:
    return str(resident_client.get("/what-to-bring/").content.decode())


def _a_preview_shows_what_is_not_published(here: Client, resident_client: Client, city: City) -> None:
    page = _guidance(city)
    address = f"/cms/pages/{page.pk}/edit/preview/"
    assert here.post(address, _form(page, title="プレビューの文章")).json()["is_valid"]
    assert "プレビューの文章" in here.get(address).content.decode()
    assert "プレビューの文章" not in _shown(resident_client)


def _a_page_waits_for_a_second_pair_of_eyes(
    author: Client, approver: Client, resident_client: Client, city: City
) -> None:
    page = _guidance(city)
    approver.get("/cms/")
    with in_city(city):
        workflow = Workflow.objects.create(name="承認")
        task = GroupApprovalTask.objects.create(name="確認")
        task.groups.add(Group.objects.get(name=GROUP))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowPage.objects.create(workflow=workflow, page=_home())
    submitted = author.post(
        f"/cms/pages/{page.pk}/edit/",
        _form(page, title="承認を待つ文章") | {"action-submit": "action-submit"},
    )
    assert submitted.status_code == 302
    assert "承認を待つ文章" not in _shown(resident_client)
    with in_city(city):
        state = page.current_workflow_task_state.pk
    approved = approver.post(f"/cms/pages/workflow/action/{page.pk}/approve/{state}/", {"comment": ""})
    assert approved.status_code == 302
    assert "承認を待つ文章" in _shown(resident_client)


def _a_page_goes_live_at_its_time(
    resident_client: Client, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with in_city(city):
        page = _guidance(city)
        page.title = "あしたからの文章"
        page.go_live_at = now + timedelta(days=1)
        page.save_revision(approved_go_live_at=page.go_live_at).publish()
        publish_due.run()
    assert "あしたからの文章" not in _shown(resident_client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=2))
    with in_city(city):
        publish_due.run()
    assert "あしたからの文章" in _shown(resident_client)


@pytest.mark.django_db(transaction=True)
def test_a_page_number_of_another_city_opens_nothing_of_it(home: City, stranger: City) -> None:
    with in_city(stranger):
        _write_secrets()
        number = InfoPage.objects.get(slug="himitsu").pk
    with in_city(home):
        here = _editor(home)
        is_taken = Page.objects.filter(pk=number).exists()
    answer = here.get(f"/cms/pages/{number}/edit/", follow=True)
    assert SECRET_PAGE not in answer.content.decode()
    assert is_taken or answer.status_code == 404


def _form(page: InfoPage, *, title: str) -> dict[str, str]:
    return {
        "title": title,
        "slug": page.slug,
        "lead": page.lead,
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "body-count": "0",
    }
