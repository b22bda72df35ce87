"""A trial ends with a clean city: what is to do is seen, test data go, everything else stays."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.notifications import allowed
from madoguchi.notifications import services as notifications
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from tenants import states
from tenants.trial import checking, purging

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = Actor(kind="staff", id="100001", name="緑川 管理")
PAGE = "/go-live/"
STAFF = "staff.midori.localhost"
__all__ = ["sink"]

KEPT = {
    "accounts_accountpolicy",
    "accounts_authenticatorapp",
    "accounts_failurecount",
    "accounts_formerpassword",
    "accounts_identityprovider",
    "accounts_listchoice",
    "accounts_mailcode",
    "accounts_operatorvisit",
    "accounts_passkey",
    "accounts_personnelplan",
    "accounts_provideraccount",
    "accounts_recoverycode",
    "accounts_resetcode",
    "accounts_role",
    "accounts_savedview",
    "accounts_staff",
    "accounts_staff_groups",
    "accounts_staff_roles",
    "accounts_staff_user_permissions",
    "accounts_staffsession",
    "announcements_announcement",
    "api_apitoken",
    "api_webhook",
    "approvals_approvalrequest",
    "audit_auditalert",
    "audit_auditanchor",
    "audit_auditentry",
    "audit_auditexpiry",
    "audit_auditreport",
    "audit_auditseal",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "brand_logo",
    "brand_look",
    "card_management_assignmentrule",
    "card_management_qrprofile",
    "card_management_qrprofileversion",
    "card_management_spot",
    "card_reservation_counterhours",
    "card_reservation_pattern",
    "card_reservation_patternperiod",
    "card_reservation_patternuse",
    "card_reservation_placerules",
    "card_reservation_queuedisplay",
    "card_reservation_scheduledraft",
    "card_reservation_service",
    "card_reservation_servicestop",
    "card_reservation_serviceterms",
    "card_reservation_slot",
    "exchange_importprofile",
    "exchange_importprofileversion",
    "notifications_allowedaddress",
    "notifications_messagetemplate",
    "notifications_senderdomain",
    "outbox_outboxevent",
    "places_calendarday",
    "places_counter",
    "places_place",
    "places_weeklyhours",
    "card_management_filesource",
    "card_management_formtemplate",
    "card_management_postalcorrection",
    "preferences_preference",
    "preferences_preferencechange",
    "privacy_erasurerun",
    "privacy_legalhold",
    "privacy_retentionchange",
    "privacy_retentionrule",
    "residents_staffaddress",
    "terminals_terminalcheck",
}
"""What belongs to the city itself: its staff, its rules, its places, its texts and its ledger."""
OF_FRAMEWORKS = ("auth_", "cms_", "django_", "taggit_", "wagtail")


@pytest.fixture
def trial() -> Iterator[City]:
    """The home city while it tries the service out."""
    yield put("test")
    put("active")


def put(state: str) -> City:
    """Put the home city into a state without anybody's act."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = %s WHERE code = '999997'", [state])
    directory().forget()  # type: ignore[attr-defined]
    return find_city(code="999997")


def tables() -> set[str]:
    """List the tables of residents' rows that the plugins declare."""
    return {table for kind in plugins.declared("trial_data") for table in kind.tables}


def count(table: str) -> int:
    """Count the rows of a table of the current city."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        found: int = cursor.fetchone()[0]
        return found


def counted(city: City) -> dict[str, int]:
    """Count the rows of everything that has to stay."""
    with in_city(city):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                " AND relkind = 'r'"
            )
            names = {row[0] for row in cursor.fetchall()}
        return {name: count(name) for name in names - tables() - {"audit_auditentry", "django_migrations"}}


def send_a_mail(city: City, *, key: str = "k", email: str = "taro@example.jp") -> None:
    """Queue a mail to a tester."""
    with in_city(city):
        contact = residents.contact_for(email=email, language="ja", now=clock.now())
        notifications.notify(
            kind="card_reservation.start_link",
            contact=contact,
            values={"link": "https://midori.example/x"},
            key=key,
            now=clock.now(),
        )


def model(name: str) -> Any:
    """Find a table of a plugin, which no room may import."""
    return apps.get_model("card_reservation", name)


def book(city: City) -> None:
    """Leave a booking as a tester would, with its slot counted."""
    with in_city(city):
        slot = model("Slot").objects.filter(starts_at__gt=clock.now()).earliest("starts_at")
        booking = model("Booking").objects.create(
            number="1234-5678",
            slot=slot,
            party_size=1,
            channel="web",
            key=uuid4(),
            request_hash=b"x" * 32,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        model("BookingPerson").objects.create(booking=booking, pickup=uuid4())
        model("Slot").objects.filter(pk=slot.pk).update(booked=1)


def purge(city: City, *, confirmation: str = "999997") -> int:
    """Throw the test data away as an administrator does."""
    with in_city(city):
        return purging.purge(confirmation=confirmation, actor=ADMIN, now=clock.now())


def go_live(city: City) -> None:
    """Do what our operators do on the day."""
    with in_city(directory().operators()):
        states.change_state(city=city, to="active", actor=SYSTEM, now=clock.now())


@pytest.mark.req("KUM-48", "FUJ-41")
def test_a_trial_shows_itself_writes_to_testers_only_and_ends_clean(trial: City, sink: Sink) -> None:
    for host in ("midori.localhost", STAFF):
        page = Client().get("/sign-in/" if host == STAFF else "/", headers={"host": host})
        assert "試行中：公開前の確認用です" in page.content.decode()
    send_a_mail(trial)
    Relay().deliver_all()
    assert sink.mails == []
    with in_city(trial):
        assert Delivery.objects.get().state == DeliveryState.HELD
    with in_city(trial):
        allowed.allow(entry="tester@example.jp", actor=ADMIN, now=clock.now())
    send_a_mail(trial, key="k2", email="tester@example.jp")
    Relay().deliver_all()
    assert sink.recipients == ["tester@example.jp"]

    book(trial)
    browser = admin_browser(trial)
    assert "試行中：公開前の確認用です" in browser.get("/reservations/").content.decode()
    assert "試行中のデータを消した" in lacking(trial)
    assert "確かめること" in browser.get(PAGE).content.decode()
    with pytest.raises(states.TrialDataLeft):
        go_live(trial)
    purge(trial)
    with in_city(trial):
        assert {table: count(table) for table in tables()} == dict.fromkeys(tables(), 0)
    go_live(trial)
    active = find_city(code="999997")
    assert active.state == "active"
    with pytest.raises(purging.NotInTrial):
        purge(active)


def test_everything_about_residents_goes_and_the_city_stays_as_it_was(trial: City) -> None:
    book(trial)
    send_a_mail(trial)
    before = counted(trial)
    assert purge(trial) >= 3
    after = counted(trial)
    assert after == before
    with in_city(trial):
        assert model("Slot").objects.filter(booked__gt=0).count() == 0
        [entry] = AuditEntry.objects.filter(action=purging.PURGED)
        assert entry.actor_name == ADMIN.name
        assert entry.details["予約"] == 2
        assert not OutboxEvent.objects.filter(done_at=None).exists()
        assert not OutboxEvent.objects.exclude(sealed=None).exists()


def test_a_purge_that_fails_in_the_middle_throws_nothing_away(
    trial: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(trial)
    monkeypatch.setattr("madoguchi.ledger.outbox.services.OutboxEvent.objects", None)
    with pytest.raises(AttributeError):
        purge(trial)
    with in_city(trial):
        assert model("Booking").objects.count() == 1
        assert not AuditEntry.objects.filter(action=purging.PURGED).exists()


def test_the_state_is_read_anew_and_not_remembered(trial: City) -> None:
    """A process may still think for some seconds that a city is in trial; the rows are real by then."""
    book(trial)
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = 'active' WHERE code = '999997'")
    assert trial.state == "test"
    with pytest.raises(purging.NotInTrial):
        purge(trial)
    with in_city(trial):
        assert model("Booking").objects.count() == 1


def test_nobody_throws_anything_away_without_the_citys_code(trial: City) -> None:
    book(trial)
    with pytest.raises(purging.WrongConfirmation):
        purge(trial, confirmation="999989")


def test_only_the_city_itself_is_purged(trial: City, stranger: City) -> None:
    send_a_mail(stranger)
    purge(trial)
    with in_city(stranger):
        assert count("residents_contact") == 1


def test_every_table_of_a_city_either_goes_or_belongs_to_the_city() -> None:
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in ("tenants",) and not model._meta.db_table.startswith(OF_FRAMEWORKS)
    }
    assert ours - tables() - KEPT == set(), "say in the room's trial_data() or above what becomes of it"
    assert tables() <= ours


def admin_browser(city: City) -> Client:
    """Sign an administrator in."""
    with in_city(city):
        staff = StaffFactory.create(city_admin=True)
        browser: Client = sign_in(Client(headers={"host": STAFF}), staff)
    return browser


def test_the_page_says_what_is_still_to_do_and_throws_the_data_away(trial: City) -> None:
    browser = admin_browser(trial)
    book(trial)
    text = browser.get(PAGE).content.decode()
    for line in (
        "管理者が2人以上いる",
        "すべての場所に開庁時間がある",
        "「利用規約」「個人情報の取り扱い」「ウェブアクセシビリティ方針」を公開している",
        "住民が選べるすべての場所に、予約できる枠がある",
        "試行中のデータを消した",
    ):
        assert line in text
    assert browser.post(PAGE, {"confirmation": "000000"}).status_code == 422
    after = browser.post(PAGE, {"confirmation": "999997"}, follow=True).content.decode()
    assert "件を消しました" in after
    with in_city(trial):
        assert not any(each.rows for each in purging.leftovers())


def test_the_page_belongs_to_administrators_and_the_button_to_a_trial(home: City) -> None:
    with in_city(home):
        clerk = StaffFactory.create(counter_clerk=True)
        browser = sign_in(Client(headers={"host": STAFF}), clerk)
    assert browser.get(PAGE).status_code == 403
    page = admin_browser(home).get(PAGE).content.decode()
    assert "件を消す" not in page
    assert "公開の準備" not in admin_browser(home).get("/").content.decode()


def test_a_check_that_fails_is_never_shown_as_done(trial: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("madoguchi.places.queries.public_places", broken)
    with in_city(trial):
        found = checking.checks(leftovers=())
    unknown = [check for check in found if check.state == "unknown"]
    assert {check.label for check in unknown} >= {"madoguchi.places"}


def lacking(city: City) -> set[str]:
    """List the checks that are not done."""
    with in_city(city):
        return {
            check.label for check in checking.checks(leftovers=purging.leftovers()) if check.state != "done"
        }


@pytest.mark.parametrize(
    ("break_it", "label"),
    [
        ("DELETE FROM accounts_staff_roles", "管理者が2人以上いる"),
        ("DELETE FROM places_weeklyhours", "すべての場所に開庁時間がある"),
        ("UPDATE places_place SET phone = ''", "すべての場所に住所と電話番号がある"),
        ("UPDATE places_place SET is_public = false", "住民が選べる場所がある"),
        (
            "UPDATE card_reservation_slot SET is_open = false",
            "住民が選べるすべての場所に、予約できる枠がある",
        ),
        (
            "UPDATE wagtailcore_page SET live = false WHERE slug = 'privacy'",
            "「利用規約」「個人情報の取り扱い」「ウェブアクセシビリティ方針」を公開している",
        ),
    ],
)
def test_a_check_looks_at_the_citys_own_rows(trial: City, break_it: str, label: str) -> None:
    with in_city(trial):
        StaffFactory.create(city_admin=True)
        StaffFactory.create(city_admin=True)
    assert label not in lacking(trial)
    with in_city(trial), connection.cursor() as cursor:
        cursor.execute(break_it)
    assert label in lacking(trial)
