"""The staff navigation shows what a person may do, and where they are."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import set_urlconf

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import NavigationItem
from madoguchi.web import navigation

ITEMS = [
    NavigationItem(label="操作履歴", url_name="audit_list", permission="audit.view", section="設定", order=1),
    NavigationItem(label="職員", url_name="staff_list", permission="staff.view", section="設定", order=2),
    NavigationItem(label="職員の登録", url_name="staff_add", permission="staff.add", section="設定", order=3),
    NavigationItem(label="消えた画面", url_name="no_such_page", permission="", section="ほか", order=4),
]


def sections(*held: str, path: str = "/staff/new/") -> list[navigation.Section]:
    request = RequestFactory().get(path)
    person = SimpleNamespace(has_permission=lambda name: name in held)
    request.user = person  # type: ignore[assignment]
    return navigation.staff_sections(request)


@pytest.fixture(autouse=True)
def _contributions(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(plugins, "contributed", lambda hook, **_: ITEMS)
    set_urlconf("deploy.urls.staff")
    yield
    set_urlconf(None)


def test_only_permitted_work_is_listed() -> None:
    (only,) = sections("audit.view")
    assert [link.label for link in only.links] == ["操作履歴"]
    assert sections() == []


def test_a_line_of_two_permissions_is_shown_to_who_holds_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = NavigationItem(
        label="管理簿", url_name="staff_list", permission="staff.view", also="lists.export", section="設定"
    )
    monkeypatch.setattr(plugins, "contributed", lambda hook, **_: [printed])
    assert sections("staff.view") == []
    assert sections("lists.export") == []
    assert len(sections("staff.view", "lists.export")) == 1


def test_the_nearest_page_is_marked_as_the_current_one() -> None:
    (only,) = sections("audit.view", "staff.view", "staff.add")
    assert [link.label for link in only.links if link.is_current] == ["職員の登録"]


def test_a_page_elsewhere_belongs_to_the_line_that_covers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    covering = NavigationItem(
        label="点検", url_name="audit_list", permission="", section="設定", covers=("staff_add", "gone")
    )
    staff = NavigationItem(label="職員", url_name="staff_list", permission="", section="設定")
    monkeypatch.setattr(plugins, "contributed", lambda hook, **_: [covering, staff])
    for path, line in (("/staff/new/", "点検"), ("/staff/", "職員"), ("/audit/", "点検")):
        (only,) = sections(path=path)
        assert [link.label for link in only.links if link.is_current] == [line]


def test_a_link_that_leads_nowhere_is_left_out() -> None:
    assert all(section.label != "ほか" for section in sections("staff.view"))


def test_a_visitor_without_an_account_sees_no_work() -> None:
    request = RequestFactory().get("/")
    assert navigation.staff_sections(request) == []


def test_what_is_seldom_used_is_folded_in_a_long_menu_and_open_where_somebody_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daily = [
        NavigationItem(label=f"仕事{n}", url_name="staff_list", permission="", section="日々の業務", order=n)
        for n in range(navigation.MOST_LINKS)
    ]
    monkeypatch.setattr(plugins, "contributed", lambda hook, **_: [*daily, *ITEMS])
    settings = sections("audit.view", path="/reservations/")[-1]
    assert (settings.label, settings.is_folded, settings.is_open) == ("設定", True, False)
    here = sections("audit.view", path="/audit/")
    assert [section.is_folded for section in here] == [False, True]
    assert here[-1].is_open


def test_a_short_menu_folds_nothing() -> None:
    assert not any(section.is_folded for section in sections("audit.view", "staff.view"))
