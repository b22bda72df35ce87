"""The way of a page from a draft to the public, as two people walk it in the editor."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from cms.models import InfoPage
from cms.services.editors import APPROVERS, GROUP, prepare_editors
from cms.tasks import publish_due
from madoguchi import clock
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.people import host

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """Somebody at the editor, and the page they work on."""

    def __init__(self, city: City, role: str) -> None:
        self._city = city
        with in_city(city):
            staff = StaffFactory.create(roles=[role])
            self.browser = sign_in(Client(headers={"host": host(city.staff_url)}), staff)
            self.page = InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")

    def form(self, title: str, *, go_live: datetime | None = None, expire: datetime | None = None) -> Any:
        """Fill in the form of the page."""
        return {
            "title": title,
            "slug": self.page.slug,
            "lead": self.page.lead,
            "seo_title": "",
            "search_description": "",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "body-count": "0",
            "go_live_at": f"{clock.local(go_live):%Y-%m-%d %H:%M}" if go_live else "",
            "expire_at": f"{clock.local(expire):%Y-%m-%d %H:%M}" if expire else "",
        }

    def save(self, title: str, action: str = "", **dates: Any) -> None:
        """Save the page and press a button."""
        pressed = {action: action} if action else {}
        answer = self.browser.post(f"/cms/pages/{self.page.pk}/edit/", self.form(title, **dates) | pressed)
        assert answer.status_code == 302, answer.content.decode()[:2000]

    def preview(self, title: str) -> str:
        """Look at what would be published."""
        address = f"/cms/pages/{self.page.pk}/edit/preview/"
        assert self.browser.post(address, self.form(title)).json()["is_valid"]
        return str(self.browser.get(address).content.decode())

    def see(self, path: str = "edit/") -> str:
        """Open a page of the editor about the page."""
        answer = self.browser.get(f"/cms/pages/{self.page.pk}/{path}")
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    def approve(self) -> None:
        """Press the button that approves."""
        with in_city(self._city):
            task = Page.objects.get(pk=self.page.pk).specific.current_workflow_task_state.pk
        answer = self.browser.post(
            f"/cms/pages/workflow/action/{self.page.pk}/approve/{task}/", {"comment": "よい"}
        )
        assert answer.status_code == 302


def _public(client: Client) -> str:
    return str(client.get("/what-to-bring/").content.decode())


def test_a_page_is_written_seen_on_a_phone_submitted_approved_and_compared(
    home: City, resident_client: Client
) -> None:
    author, approver = Desk(home, "site_editor"), Desk(home, "city_admin")
    assert "data-w-preview-device-width-param" in author.see() or "device-width" in author.see()
    author.save("下書きの題")
    assert "見せる題" in author.preview("見せる題")
    author.save("申請する題", "action-submit")
    assert "申請する題" not in _public(resident_client)
    assert "申請する題" in approver.browser.get("/cms/").content.decode()
    approver.approve()
    assert "申請する題" in _public(resident_client)
    compared = author.see("revisions/compare/earliest...latest/")
    assert "下書きの題" in compared or "申請する題" in compared
    assert "履歴" in author.see("history/")


def test_an_author_alone_publishes_nothing(home: City, resident_client: Client) -> None:
    author = Desk(home, "site_editor")
    author.save("ひとりで公開", "action-publish")
    assert "ひとりで公開" not in _public(resident_client)
    assert 'name="action-publish"' not in author.see()
    assert author.browser.get(f"/cms/pages/{author.page.pk}/unpublish/").status_code == 302
    author.save("申請する題", "action-submit")
    author.approve()
    assert "申請する題" not in _public(resident_client)


def test_an_approved_page_goes_live_and_ends_at_its_times(
    home: City, resident_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, approver = Desk(home, "site_editor"), Desk(home, "city_admin")
    now = clock.now()
    dates = {"go_live": now + timedelta(days=1), "expire": now + timedelta(days=3)}
    author.save("あしたの題", "action-submit", **dates)
    approver.approve()
    for days, is_shown in ((0, False), (2, True), (4, False)):
        monkeypatch.setattr("django.utils.timezone.now", lambda days=days: now + timedelta(days=days))
        with in_city(home):
            publish_due.run()
        assert ("あしたの題" in _public(resident_client)) is is_shown, days


def test_a_city_from_before_two_roles_is_set_right_by_its_first_editor(home: City) -> None:
    with in_city(home):
        root = Page.get_first_root_node()
        Group.objects.filter(name=APPROVERS).delete()
        writers = Group.objects.get(name=GROUP)
        prepare = {"group": writers, "page": root}
        publish = GroupPagePermission.objects.model._meta.get_field("permission").related_model
        GroupPagePermission.objects.create(
            permission=publish.objects.get(codename="publish_page", content_type__app_label="wagtailcore"),
            **prepare,
        )
    author = Desk(home, "site_editor")
    assert 'name="action-publish"' not in author.see()
    assert 'name="action-submit"' in author.see()
    with in_city(home):
        names = set(
            GroupPagePermission.objects.filter(group__name=APPROVERS).values_list(
                "permission__codename", flat=True
            )
        )
        prepare_editors(root=Page.get_first_root_node())
    assert "publish_page" in names


def test_somebody_who_may_no_longer_approve_leaves_the_group(home: City) -> None:
    approver = Desk(home, "city_admin")
    assert 'name="action-publish"' in approver.see()
    with in_city(home):
        staff = Group.objects.get(name=APPROVERS).user_set.get()
        staff.roles.clear()
        staff.roles.add(StaffFactory.create(roles=["site_editor"]).roles.get())
    assert 'name="action-publish"' not in approver.see()
