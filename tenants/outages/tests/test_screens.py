"""The screens: operators plan, a city's administrator answers, and both read what the other did."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.tenancy import directory
from tenants.outages.tests.conftest import NOW, REASONS, SPAN, agree, announce, at, city, minutes

NEW = "/outages/new/"


def form(**changes: Any) -> dict[str, Any]:
    """Fill the form of a new outage."""
    times = {"starts_at": "2026-12-20T01:00", "ends_at": "2026-12-20T05:00"}
    reasons = {"reason_ja": REASONS["ja"], "reason_easy": REASONS["ja-easy"], "reason_en": REASONS["en"]}
    return {**times, **reasons, "scope": "chosen", "codes": "999997", "emergency_reason": "", **changes}


def act(client: Client, path: str, values: dict[str, Any] | None = None, *, now: datetime = NOW) -> Any:
    """Open a page, or send a form, at a moment."""
    directory().forget()  # type: ignore[attr-defined]
    with clock.frozen_at(now):
        return client.get(path) if values is None else client.post(path, values)


def rows_of(answer: Any) -> str:
    """Cut out what the contracts say city by city."""
    page: str = answer.content.decode()
    return page.split("<tbody>")[1].split("</tbody>")[0]


def test_an_outage_is_checked_first_and_announced_when_confirmed(
    operator_at: Callable[[datetime], Client],
) -> None:
    browser = operator_at(NOW)
    checked = act(browser, NEW, form())
    assert checked.status_code == 200
    # The input method of whoever types is on most of the day.
    assert act(browser, NEW, form(codes="９９９９９７")).status_code == 200
    assert "この内容で予定する" in checked.content.decode()
    assert city().planned_outages == ()
    made = act(browser, NEW, form(confirmed="1"))
    assert made.status_code == 302
    page = act(browser, made["Location"]).content.decode()
    for text in ("みどり市", "14日前", "計画停止として引く", REASONS["en"], "取りやめる"):
        assert text in page
    assert "みどり市" not in act(browser, "/outages/").content.decode()
    assert REASONS["ja"] in act(browser, "/outages/").content.decode()
    assert len(city().planned_outages) == 1


def test_too_late_is_refused_with_the_earliest_day_and_a_way_out(
    operator_at: Callable[[datetime], Client],
) -> None:
    browser = operator_at(NOW)
    late = form(starts_at="2026-12-10T01:00", ends_at="2026-12-10T05:00")
    for values in (late, {**late, "confirmed": "1"}):
        refused = act(browser, NEW, values)
        page = refused.content.decode()
        assert refused.status_code in (409, 422)
        assert "このままでは予定できません" in page
        assert "2026年（令和8年）12月15日（火）" in page
        assert "この内容で予定する" not in page
    assert city().planned_outages == ()
    urgent = {**late, "emergency_reason": "重大な脆弱性"}
    assert "予告期間が足りない" in rows_of(act(browser, NEW, late))
    assert "緊急" in rows_of(act(browser, NEW, urgent))
    forced = act(browser, NEW, {**urgent, "confirmed": "1"})
    assert "重大な脆弱性" in act(browser, forced["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ends_at": "2026-12-20T00:00"}, "終了は、開始より後で7日以内"),
        ({"ends_at": "2026-12-30T00:00"}, "終了は、開始より後で7日以内"),
        ({"codes": "みどり"}, "団体コードを入力してください"),
        ({"codes": "999997、999990 99999x"}, "自治体はありません：999990、99999x"),
        ({"starts_at": "2026-11-01T01:00", "ends_at": "2026-11-01T05:00"}, "開始は現在より後"),
        ({"reason_en": ""}, "理由（英語）"),
        ({"scope": ""}, "対象"),
        ({"starts_at": "tomorrow"}, "開始"),
    ],
)
def test_what_is_missing_is_said(
    operator_at: Callable[[datetime], Client], changes: dict[str, str], text: str
) -> None:
    answer = act(operator_at(NOW), NEW, form(confirmed="1", **changes))
    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_all_cities_or_those_of_the_filtered_list_are_chosen_at_once(
    operator_at: Callable[[datetime], Client],
) -> None:
    browser = operator_at(NOW)
    every = act(browser, NEW, form(scope="all", codes=""))
    assert "かすみ市" in every.content.decode()
    some = act(browser, f"{NEW}?words=みどり", form(scope="filtered", codes=""))
    assert "みどり市" in some.content.decode()
    assert "かすみ市" not in some.content.decode()
    assert 'value="filtered"' not in act(browser, NEW).content.decode()
    assert "999997" in act(browser, f"{NEW}?codes=999997").content.decode()


def test_an_outage_is_moved_reopened_and_called_off_on_its_page(
    operator_at: Callable[[datetime], Client],
) -> None:
    page = f"/outages/{announce().id}/"
    browser = operator_at(NOW)
    later = {"starts_at": "2026-12-21T01:00", "ends_at": "2026-12-21T05:00", "emergency_reason": ""}
    sooner = {**later, "starts_at": "2026-12-05T01:00", "ends_at": "2026-12-05T05:00"}
    refused = act(browser, f"{page}change/", sooner)
    assert refused.status_code == 422
    assert "契約の予告期間に足りない" in refused.content.decode()
    assert act(browser, f"{page}change/", later).status_code == 302
    assert act(browser, f"{page}reopen/", {}).status_code == 302
    assert "まだ始まっていません" in act(browser, page).content.decode()
    during = at("2026-12-21T02:00")
    awake = operator_at(during)
    act(awake, f"{page}cancel/", {}, now=during)
    assert "もう始まっています" in act(awake, page, now=during).content.decode()
    links = act(awake, f"{page}pass/", {}, now=during).content.decode()
    assert "midori.localhost" in links
    assert "?enter=" in links
    assert "?enter=" not in act(awake, page, now=during).content.decode(), "shown once"
    late = at("2026-12-21T05:10")
    assert "終了予定を過ぎています" in act(operator_at(late), page, now=late).content.decode()
    act(awake, f"{page}reopen/", {}, now=during)
    assert "再開しました" in act(awake, page, now=during).content.decode()
    assert city().planned_outages == ()


def test_an_administrator_is_reminded_answers_and_operators_read_it(
    staff_as: Callable[..., Client], operator_at: Callable[[datetime], Client]
) -> None:
    agree("999997", notice_days=0, consent_required=True)
    made = announce()
    admin = staff_as("city_admin", name="緑川 管理")
    assert "計画停止の承諾" in act(admin, "/").content.decode()
    listed = act(admin, "/outages/").content.decode()
    assert "承諾が必要な計画停止があります" in listed
    path = f"/outages/{made.id}/answer/"
    hidden = {"starts_at": SPAN.starts_at.isoformat(), "ends_at": SPAN.ends_at.isoformat()}
    assert act(admin, path, hidden).status_code == 422
    assert act(admin, path, {**hidden, "answer": "refused"}).status_code == 422
    assert act(admin, path, {**hidden, "answer": "given"}).status_code == 302
    assert "承諾" in act(admin, "/outages/").content.decode()
    assert act(admin, path, {**hidden, "answer": "given"}, now=NOW + minutes(1)).status_code == 302
    assert "緑川 管理" in act(operator_at(NOW), f"/outages/{made.id}/").content.decode()
    assert len(city().planned_outages) == 1
    assert act(staff_as("counter_clerk"), path).status_code == 403
    assert act(staff_as("counter_clerk"), "/outages/").status_code == 200


def test_another_citys_outage_is_not_there(staff_as: Callable[..., Client]) -> None:
    other = next(each.code for each in directory().all() if each.code != "999997")
    made = announce(codes=[other])
    admin = staff_as("city_admin")
    assert act(admin, f"/outages/{made.id}/answer/").status_code == 404
    assert REASONS["ja"] not in act(admin, "/outages/").content.decode()


def test_the_home_page_takes_no_second_connection(
    staff_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests that each hold one of a pooler's last connections and want another wait for ever."""
    agree("999997", notice_days=0, consent_required=True)
    announce()
    admin = staff_as("city_admin")

    def refuse() -> None:
        pytest.fail("a second connection in the middle of a request")

    monkeypatch.setattr("tenants.public.beside", refuse)
    assert "計画停止の承諾" in act(admin, "/").content.decode()
    assert "計画停止の承諾" not in act(admin, "/", now=SPAN.starts_at).content.decode()
