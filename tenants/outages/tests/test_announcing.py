"""An outage is announced under the contract of every city it meets, or not at all."""

from datetime import date
from typing import Any

import pytest

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.tenancy import directory, in_city
from tenants.models import OutageOfCity, PlannedOutage
from tenants.outages import answers, queries, services
from tenants.outages.planning import make_plan
from tenants.outages.rules import Span, earliest_day, rule_of
from tenants.outages.tests.conftest import NOW, OPERATOR, SPAN, agree, announce, at, city, minutes

ADMIN = Actor(kind="staff", id="100001", name="緑川 管理")


def stranger_code() -> str:
    return next(each.code for each in directory().all() if each.code != "999997")


def answer(made: services.Announced, *, agrees: bool, now: Any = NOW, span: Span = SPAN, **more: Any) -> None:
    """Let the home city say its word."""
    facts: dict[str, Any] = {"reason": "", "actor": ADMIN, **more}
    with in_city(city()):
        answers.answer(
            outage_id=made.id, times=(span.starts_at, span.ends_at), agrees=agrees, now=now, **facts
        )


def reschedule(made: services.Announced, span: Span, *, now: Any = NOW, reason: str = "") -> str:
    with in_city(directory().operators()):
        return services.reschedule(
            outage_id=made.id, span=span, emergency_reason=reason, actor=OPERATOR, now=now
        )


def test_a_contract_that_says_nothing_asks_for_two_weeks() -> None:
    rule = rule_of({})
    assert (rule.days, rule.needs_consent) == (14, False)
    assert earliest_day(rule=rule, today=date(2026, 12, 1)) == date(2026, 12, 15)
    thirty = rule_of({"contract": {"notice_days": 30, "consent_required": True}})
    assert (thirty.days, thirty.needs_consent) == (30, True)
    assert rule_of({"contract": {"notice_days": 0, "consent_required": True}}).days == 0


@pytest.mark.req("KUR-08")
@pytest.mark.parametrize("days", [14, 30])
def test_too_short_a_notice_is_refused_unless_it_is_an_emergency_with_a_reason(days: int) -> None:
    agree("999997", notice_days=days)
    early = Span(at("2026-12-01T01:00") + minutes(days * 1440), at("2026-12-01T05:00") + minutes(days * 1440))
    late = Span(early.starts_at - minutes(1440), early.ends_at - minutes(1440))
    with pytest.raises(services.TooLate) as refused:
        announce(span=late)
    assert refused.value.details["plan"].earliest == early.starts_at.date()  # type: ignore[attr-defined]
    assert city().planned_outages == ()
    with pytest.raises(services.TooLate):
        announce(span=late, emergency_reason="")
    forced = announce(span=late, emergency_reason="重大な脆弱性の修正")
    announce(span=early)
    assert [each.starts_at for each in city().planned_outages] == [late.starts_at, early.starts_at]
    with in_city(directory().operators()):
        entry = AuditEntry.objects.filter(action="tenants.outage_announced").order_by("id")[0]
        assert entry.details["emergency_reason"] == "重大な脆弱性の修正"
        row = OutageOfCity.objects.get(outage_id=forced.id)
    assert row.counted_from is None


def test_the_earliest_day_suits_the_strictest_of_the_chosen_cities() -> None:
    agree(stranger_code(), notice_days=30, consent_required=True)
    codes = ["999997", stranger_code()]
    with in_city(directory().operators()):
        plan = make_plan(codes=codes, span=SPAN, now=NOW)
    assert plan.earliest == date(2026, 12, 31)
    assert [each.code for each in plan.too_late] == [stranger_code()]
    assert [each.code for each in plan.asked] == [stranger_code()]
    with pytest.raises(services.TooLate):
        announce(codes=codes)
    made = announce(codes=codes, leaves_out=True)
    assert [each.code for each in made.left_out] == [stranger_code()]
    assert len(city().planned_outages) == 1
    assert city(stranger_code()).planned_outages == ()


@pytest.mark.req("DES-06")
def test_a_window_for_several_cities_keeps_the_strictest_rule_and_lists_who_has_not_consented() -> None:
    strict = stranger_code()
    agree(strict, notice_days=30, consent_required=True)
    codes = ["999997", strict]
    with in_city(directory().operators()):
        earliest = make_plan(codes=codes, span=SPAN, now=NOW).earliest
    assert earliest == date(2026, 12, 31)
    with pytest.raises(services.TooLate):
        announce(codes=codes, span=Span(at("2026-12-30T01:00"), at("2026-12-30T05:00")))
    made = announce(codes=codes, span=Span(at("2026-12-31T01:00"), at("2026-12-31T05:00")))
    with in_city(directory().operators()):
        view = queries.outage(outage_id=made.id, now=NOW)
    assert [line.code for line in view.waiting] == [strict]
    assert len(city().planned_outages) == 1
    assert city(strict).planned_outages == ()


@pytest.mark.req("NAN-11")
def test_without_consent_a_city_is_not_stopped() -> None:
    agree("999997", notice_days=0, consent_required=True)
    made = announce(codes=["999997", stranger_code()])
    assert city().planned_outages == (), "proposed"
    assert len(city(stranger_code()).planned_outages) == 1, "a city that need not agree is not kept waiting"
    with pytest.raises(answers.ReasonMissing):
        answer(made, agrees=False)
    answer(made, agrees=True)
    assert len(city().planned_outages) == 1, "consented, so scheduled"
    with pytest.raises(answers.NothingAsked):
        answer(made, agrees=False, reason="やはり困る")
    refused = announce(span=Span(at("2026-12-21T01:00"), at("2026-12-21T05:00")))
    answer(
        refused,
        agrees=False,
        reason="選挙の前日のため",
        span=Span(at("2026-12-21T01:00"), at("2026-12-21T05:00")),
    )
    assert len(city().planned_outages) == 1
    late = announce(span=Span(at("2026-12-22T01:00"), at("2026-12-22T05:00")))
    with pytest.raises(answers.NothingAsked):
        answer(
            late,
            agrees=True,
            now=at("2026-12-22T01:00"),
            span=Span(at("2026-12-22T01:00"), at("2026-12-22T05:00")),
        )
    with in_city(city()):
        said = AuditEntry.objects.filter(action="tenants.outage_answered").order_by("id")
        assert [entry.details["answer"] for entry in said] == ["given", "refused"]


def test_what_was_moved_meanwhile_is_not_agreed_to_by_accident() -> None:
    agree("999997", notice_days=0, consent_required=True)
    made = announce()
    moved = Span(at("2026-12-24T01:00"), at("2026-12-24T05:00"))
    assert reschedule(made, moved) == "moved"
    with pytest.raises(answers.NothingAsked):
        answer(made, agrees=True)
    answer(made, agrees=True, span=moved)
    assert [each.starts_at for each in city().planned_outages] == [moved.starts_at]
    again = Span(at("2026-12-25T01:00"), at("2026-12-25T05:00"))
    assert reschedule(made, again) == "moved"
    assert city().planned_outages == (), "another time needs another consent"


def test_two_outages_of_a_city_never_overlap() -> None:
    announce()
    for span in (SPAN, Span(SPAN.starts_at + minutes(60), SPAN.ends_at + minutes(60))):
        with pytest.raises(services.Overlapping):
            announce(span=span, emergency_reason="緊急")
    beside = announce(span=Span(SPAN.ends_at, SPAN.ends_at + minutes(60)))
    with pytest.raises(services.Overlapping):
        reschedule(beside, Span(SPAN.ends_at - minutes(10), SPAN.ends_at + minutes(60)))


def test_a_move_keeps_the_rule_and_a_shorter_time_needs_no_notice() -> None:
    made = announce()
    just_before = at("2026-12-19T12:00")
    shorter = Span(SPAN.starts_at + minutes(60), SPAN.ends_at - minutes(60))
    assert reschedule(made, shorter, now=just_before) == "shortened"
    with pytest.raises(services.TooLate):
        reschedule(made, SPAN, now=just_before)
    assert reschedule(made, SPAN, now=just_before, reason="手順の見直し") == "moved"
    with in_city(directory().operators()):
        row = OutageOfCity.objects.get(outage_id=made.id)
    assert row.counted_from is None, "what was not announced in time is a failure"


def test_once_it_has_begun_only_its_end_moves_and_the_rest_is_a_failure() -> None:
    made = announce()
    during = SPAN.starts_at + minutes(30)
    with pytest.raises(services.AlreadyBegun):
        reschedule(made, Span(SPAN.starts_at + minutes(60), SPAN.ends_at), now=during)
    longer = Span(SPAN.starts_at, SPAN.ends_at + minutes(90))
    assert reschedule(made, longer, now=during) == "extended"
    with in_city(directory().operators()):
        row = OutageOfCity.objects.get(outage_id=made.id)
        with pytest.raises(services.AlreadyBegun):
            services.cancel(outage_id=made.id, actor=OPERATOR, now=during)
        services.reopen(outage_id=made.id, actor=OPERATOR, now=SPAN.ends_at + minutes(80))
        with pytest.raises(services.AlreadyOver):
            services.reopen(outage_id=made.id, actor=OPERATOR, now=SPAN.ends_at + minutes(81))
    assert row.counted_until == SPAN.ends_at
    assert city().planned_outages == ()


def test_an_outage_is_called_off_before_it_begins() -> None:
    made = announce()
    with in_city(directory().operators()):
        with pytest.raises(services.NotBegun):
            services.reopen(outage_id=made.id, actor=OPERATOR, now=NOW)
        services.cancel(outage_id=made.id, actor=OPERATOR, now=NOW)
    assert city().planned_outages == ()
    announce()


@pytest.mark.parametrize(
    "span",
    [
        Span(SPAN.ends_at, SPAN.starts_at),
        Span(at("2026-11-30T01:00"), at("2026-12-30T05:00")),
        Span(at("2026-11-30T01:00"), at("2026-12-01T05:00")),
    ],
)
def test_times_that_nobody_means_are_refused(span: Span) -> None:
    with pytest.raises(services.BadSpan):
        announce(span=span, emergency_reason="緊急")
    with pytest.raises(services.NoCity):
        announce(codes=["000000"])


def test_every_city_reads_of_it_in_its_own_ledger() -> None:
    made = announce(codes=["999997", stranger_code()])
    with in_city(directory().operators()):
        services.cancel(outage_id=made.id, actor=OPERATOR, now=NOW)
        assert PlannedOutage.objects.get().cancelled_at == NOW
    with clock.frozen_at(NOW + minutes(1)):
        Relay().deliver_all()
    for each in directory().all():
        with in_city(each):
            found = AuditEntry.objects.filter(action__startswith="tenants.outage").order_by("id")
            actions = [entry.action.rpartition("_")[2] for entry in found]
            assert actions == ["announced", "cancelled"]
            assert found[0].actor_name == OPERATOR.name
