"""A city's administrators choose how a plugin works; the choice is typed, bounded, audited and its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.settings import NotASchema, SettingsSchema, setting
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications import sending
from madoguchi.notifications.channels import mail
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.preferences import MailSettings
from madoguchi.notifications.services import SEALED_AT
from madoguchi.preferences import queries, schemas, services
from madoguchi.preferences.models import Preference
from madoguchi.tenancy import City, in_city
from madoguchi.testing.switched import switched_off
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.services import links
from plugins.card_reservation.services.verification import VerifiedPickup

pytestmark = pytest.mark.django_db
PLUGIN = "card_reservation"


def choose(**values: Any) -> bool:
    return services.change(plugin=PLUGIN, values=values, actor=SYSTEM, now=clock.now())


def test_nothing_is_chosen_at_first() -> None:
    assert queries.current(BookingSettings) == BookingSettings()


def test_what_was_chosen_is_read_back_typed_and_by_this_city_only(home: City, stranger: City) -> None:
    choose(start_link_hours=48, phone="0942-00-0000")
    assert queries.current(BookingSettings) == BookingSettings(start_link_hours=48, phone="0942-00-0000")
    with in_city(stranger):
        assert queries.current(BookingSettings) == BookingSettings()


def test_a_change_names_its_fields_in_the_audit_list(city_admin: Any) -> None:
    choose(start_link_hours=48)
    entry = AuditEntry.objects.filter(action="preferences.changed").get()
    assert entry.object_ids == [PLUGIN]
    assert entry.details == {"BookingSettings.start_link_hours": "24 → 48"}


def test_choosing_the_same_again_changes_and_audits_nothing() -> None:
    assert not choose(start_link_hours=24)
    assert choose(start_link_hours=25)
    assert not choose(start_link_hours=25)
    assert AuditEntry.objects.filter(action="preferences.changed").count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"start_link_hours": 0},
        {"start_link_hours": 73},
        {"start_link_hours": "24"},
        {"start_link_hours": True},
        {"phone": "0" * 31},
        {"phone": "0942\r\nBcc: all@example.jp"},
        {"unknown": 1},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(values: dict[str, Any]) -> None:
    with pytest.raises(services.OutOfBounds):
        choose(**values)
    assert not Preference.objects.exists()


def test_what_no_longer_fits_the_code_has_its_default_again() -> None:
    now = clock.now()
    stored = {"start_link_hours": 999, "phone": "0942-00-0000", "gone": 1}
    Preference.objects.create(plugin=PLUGIN, chosen=stored, changed_at=now, changed_by="")
    assert queries.current(BookingSettings) == BookingSettings(phone="0942-00-0000")


def test_the_settings_of_a_plugin_that_is_off_are_not_found() -> None:
    with switched_off(PLUGIN):
        with pytest.raises(schemas.UnknownSettings):
            choose(start_link_hours=48)
        assert PLUGIN not in [line.plugin for line in queries.lines()]


def test_only_a_frozen_dataclass_of_settings_is_a_schema() -> None:
    @dataclass
    class Loose:
        days: int = setting(default=1, label="日")

    @dataclass(frozen=True)
    class Bare:
        days: int = 1

    @dataclass(frozen=True)
    class Strange:
        days: list[int] = setting(default=1, label="日")  # noqa: RUF009

    for schema in (Loose, Bare, Strange):
        with pytest.raises(NotASchema):
            SettingsSchema(schema=schema, label="")


def test_an_administrator_finds_and_changes_them(city_admin: Any, signed_in: Callable[[Any], Client]) -> None:
    client = signed_in(city_admin)
    listed = client.get("/settings/").content.decode()
    assert f'href="/settings/{PLUGIN}/"' in listed
    page = client.get(f"/settings/{PLUGIN}/").content.decode()
    assert 'value="24"' in page
    typed = {"start_link_hours": "４８", "phone": "０９４２-00-0000", "most_visitors": "1000"}
    kept = client.post(f"/settings/{PLUGIN}/", typed)
    assert (kept.status_code, kept["location"]) == (302, "/settings/")
    assert queries.current(BookingSettings).start_link_hours == 48
    assert city_admin.name in client.get("/settings/").content.decode()


def test_a_form_with_mistakes_says_so_and_keeps_nothing(
    city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(city_admin)
    wrong = client.post(f"/settings/{PLUGIN}/", {"start_link_hours": "73", "phone": "1\n2"})
    assert wrong.status_code == 422
    nobody_dials = client.post(f"/settings/{PLUGIN}/", {"start_link_hours": "24", "phone": "代表"})
    assert "電話番号を確かめてください" in nobody_dials.content.decode()
    wrong = client.post(
        "/settings/madoguchi.notifications/", {"sender_name": "市\r\nBcc: a@example.jp", "reply_to": "nobody"}
    )
    assert wrong.status_code == 422
    assert queries.current(MailSettings) == MailSettings()


def test_a_clerk_may_not_and_a_plugin_that_is_off_is_not_found(
    city_admin: Any, counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    assert signed_in(counter_clerk).get("/settings/").status_code == 403
    assert signed_in(counter_clerk).post(f"/settings/{PLUGIN}/", {}).status_code == 403
    client = signed_in(city_admin)
    assert client.get("/settings/nothing/").status_code == 404
    with switched_off(PLUGIN):
        assert client.get(f"/settings/{PLUGIN}/").status_code == 404


def test_a_start_link_works_as_long_as_the_city_says_and_names_the_city_s_number() -> None:
    choose(start_link_hours=2, phone="0942-99-0000")
    now = clock.now()
    pickup = VerifiedPickup(pickup=uuid4(), reference="TST000001")
    links.send_start_link(pickup=pickup, email="hanako@example.jp", language="ja", now=now)
    delivery = Delivery.objects.get(kind="card_reservation.start_link")
    values = vault.open_sealed(sealed=delivery.sealed or b"", place=SEALED_AT, row=delivery.id)["values"]
    assert (values["hours"], values["phone"]) == ("2", "0942-99-0000")
    token = values["link"].rstrip("/").rpartition("/")[2]
    late = timedelta(hours=2, seconds=1)
    assert links.open_start_link(token=token, now=now + timedelta(hours=1)).pickups == (pickup,)
    with pytest.raises(links.LinkExpired):
        links.open_start_link(token=token, now=now + late)


def test_a_mail_bears_the_name_and_the_reply_address_that_the_city_chose(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[EmailMessage] = []
    monkeypatch.setattr(mail, "send", lambda *, mail: sent.append(mail))
    now = clock.now()
    chosen = {"sender_name": "みどり市 予約係", "reply_to": "yoyaku@midori.example"}
    services.change(plugin="madoguchi.notifications", values=chosen, actor=SYSTEM, now=now)
    pickup = VerifiedPickup(pickup=uuid4(), reference="TST000001")
    links.send_start_link(pickup=pickup, email="hanako@example.jp", language="ja", now=now)
    sending.post(delivery=Delivery.objects.get(kind="card_reservation.start_link"), now=now)
    assert "みどり市 予約係" in str(sent[0]["From"])
    assert sent[0]["Reply-To"] == "yoyaku@midori.example"


def test_the_audit_list_tells_a_change_in_words(city_admin: Any, signed_in: Callable[[Any], Client]) -> None:
    client = signed_in(city_admin)
    typed = {"start_link_hours": "48", "phone": "0942-00-0000", "most_visitors": "1000"}
    client.post(f"/settings/{PLUGIN}/", typed)
    listed = client.get("/audit/").content.decode()
    for words in (
        "機能の設定を変更した",
        "交付予約",
        "予約リンクの有効時間（時間）：24 → 48",
        "— → 0942-00-0000",
    ):
        assert words in listed, words
