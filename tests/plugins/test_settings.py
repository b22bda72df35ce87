"""A city's administrators choose how a plugin works; the choice is typed, bounded, audited and its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.datastructures import MultiValueDict

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
from madoguchi.preferences import carrying, queries, schemas, services
from madoguchi.preferences.forms import form_for
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


def as_typed(**changed: str) -> dict[str, str]:
    """Send the whole form as a browser does, with some fields typed anew."""
    values = queries.values(plugin=PLUGIN)
    sent = {name: str(value) for name, value in values.items() if value is not False and value != ""}
    return sent | changed


def test_nothing_is_chosen_at_first() -> None:
    assert queries.current(BookingSettings) == BookingSettings()


@pytest.mark.parametrize("typed", ["庁内", "-5", "203.0.113.0/33", "203.0.113.0/24 x"])
def test_a_network_that_is_none_is_refused_and_nothing_kept(
    city_admin: Any, signed_in: Callable[[Any], Client], typed: str
) -> None:
    browser = signed_in(city_admin)
    refused = browser.post(f"/settings/{PLUGIN}/", as_typed(trusted_networks=typed))
    assert refused.status_code == 422
    assert "ネットワークを確かめてください" in refused.content.decode()
    assert queries.current(BookingSettings).trusted_networks == ""
    browser.post(f"/settings/{PLUGIN}/", as_typed(trusted_networks="203.0.113.9/24 2001:db8::/32"))
    assert queries.current(BookingSettings).trusted_networks == "203.0.113.0/24\n2001:db8::/32"


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
    typed = as_typed(start_link_hours="４８", phone="０９４２-00-0000")
    kept = client.post(f"/settings/{PLUGIN}/", typed)
    assert (kept.status_code, kept["location"]) == (302, "/settings/")
    assert queries.current(BookingSettings).start_link_hours == 48
    assert city_admin.name in client.get("/settings/").content.decode()


def test_of_two_open_pages_the_later_one_takes_nothing_back_in_silence(
    city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    browser, address = signed_in(city_admin), f"/settings/{PLUGIN}/"
    opened = as_typed(_seen=queries.version(plugin=PLUGIN))
    assert browser.post(address, {**opened, "start_link_hours": "48"}).status_code == 302
    # A mistake of one's own on the way does not make the page newer.
    mistaken = browser.post(address, {**opened, "start_link_hours": "99"})
    assert f'name="_seen" value="{opened["_seen"]}"' in mistaken.content.decode()
    stale = browser.post(address, {**opened, "phone": "0942-00-0000"})
    assert stale.status_code == 422
    text = stale.content.decode()
    assert "設定が変更されました" in text
    assert 'value="0942-00-0000"' in text
    assert queries.current(BookingSettings) == BookingSettings(start_link_hours=48)
    # Having seen it, the same person may save.
    shown = queries.version(plugin=PLUGIN)
    assert f'name="_seen" value="{shown}"' in text
    assert browser.post(address, {**opened, "_seen": shown, "phone": "0942-00-0000"}).status_code == 302


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
    monkeypatch.setattr(mail, "send", lambda *, mail, **_: sent.append(mail))
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
    typed = as_typed(start_link_hours="48", phone="0942-00-0000")
    client.post(f"/settings/{PLUGIN}/", typed)
    listed = client.get("/audit/").content.decode()
    for words in (
        "機能の設定を変更した",
        "交付予約",
        "予約リンクの有効時間（時間）：24 → 48",
        "— → 0942-00-0000",
    ):
        assert words in listed, words


@dataclass(frozen=True, kw_only=True)
class EveryKind:
    """One field of every kind."""

    is_on: bool = setting(default=True, label="する")
    days: int = setting(default=7, label="日数", minimum=1, maximum=30)
    name: str = setting(default="", label="名前", maximum=20)
    note: str = setting(default="", label="説明", format="lines")
    page: str = setting(default="", label="ページ", format="url")
    networks: str = setting(default="", label="ネットワーク", format="networks")
    day: str = setting(default="", label="日", format="day")
    hour: str = setting(default="09:00", label="時刻", format="time")
    size: str = setting(default="a", label="大きさ", format="choice", choices=(("a", "小"), ("b", "大")))
    tags: tuple[str, ...] = setting(default=(), label="しるし", choices=(("x", "甲"), ("y", "乙")))


KINDS = SettingsSchema(schema=EveryKind, label="すべての種類")
GOOD = {
    "days": "10",
    "name": "窓口",
    "note": "一行目\r\n二行目\r\n",
    "page": "https://city.example/",
    "networks": "192.0.2.7/24, 2001:db8::/32",
    "day": "2026-12-09",
    "hour": "13:30",
    "size": "b",
    "tags": ["x", "y"],
}


def test_every_kind_of_field_is_read_from_a_form_and_back_from_what_is_stored() -> None:

    form = form_for(
        KINDS, data=MultiValueDict({key: [value] for key, value in GOOD.items()} | {"tags": ["x"]})
    )
    assert form.is_valid(), form.errors
    cleaned = form.cleaned_data
    assert cleaned["note"] == "一行目\n二行目"
    assert cleaned["networks"] == "192.0.2.0/24\n2001:db8::/32"
    assert (cleaned["day"], cleaned["hour"], cleaned["tags"]) == ("2026-12-09", "13:30", ("x",))
    stored = json.loads(json.dumps(cleaned))
    assert schemas.usable(KINDS, stored) == cleaned
    assert EveryKind(**schemas.usable(KINDS, stored)).tags == ("x",)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("days", "31"),
        ("page", "http://city.example/"),
        ("networks", "192.0.2.0/99"),
        ("day", "2026-13-40"),
        ("hour", "25:00"),
        ("size", "c"),
        ("tags", "z"),
        ("name", "a\nb"),
    ],
)
def test_what_a_field_cannot_be_is_refused_beside_it(name: str, wrong: str) -> None:
    data = MultiValueDict({key: [value] for key, value in GOOD.items()} | {"tags": ["x"], name: [wrong]})
    assert name in form_for(KINDS, data=data).errors


@pytest.mark.parametrize(
    "stored",
    [{"size": "c"}, {"tags": ["z"]}, {"tags": "x"}, {"day": "soon"}, {"hour": "9"}, {"note": "\x00"}],
)
def test_what_is_stored_and_no_longer_fits_has_its_default_again(stored: dict[str, Any]) -> None:
    assert schemas.usable(KINDS, stored) == {}


def test_choices_belong_to_choosing_fields_only() -> None:
    @dataclass(frozen=True)
    class Wrong:
        size: str = setting(default="a", label="x", choices=(("a", "b"),))

    with pytest.raises(NotASchema, match="choices"):
        SettingsSchema(schema=Wrong, label="x")


def test_the_page_tells_what_differs_who_changed_it_and_goes_back(signed_in: Any, city_admin: Any) -> None:
    browser = signed_in(city_admin)
    page = f"/settings/{PLUGIN}/"
    browser.post(page, as_typed(start_link_hours="48"))
    shown = browser.get(page).content.decode()
    assert "標準は「24」です" in shown
    assert "24 → 48" in shown
    assert city_admin.name in shown
    change = queries.history(plugin=PLUGIN)[0]
    browser.post(f"{page}changes/{change.id}/")
    assert queries.current(BookingSettings).start_link_hours == 24
    assert [len(each.parts) for each in queries.history(plugin=PLUGIN)] == [1, 1]
    assert browser.post(f"{page}changes/999999/").status_code == 404


def test_settings_are_found_by_the_words_of_their_names(signed_in: Any, city_admin: Any) -> None:
    browser = signed_in(city_admin)
    label = str(schemas.find(PLUGIN).settings["start_link_hours"].label)
    found = browser.get("/settings/", {"words": label[:4]}).content.decode()
    assert f"/settings/{PLUGIN}/#id_start_link_hours" in found
    assert "見つかりませんでした" in browser.get("/settings/", {"words": "ないことば"}).content.decode()


def test_settings_are_carried_to_another_city_without_its_own_contact(stranger: City) -> None:
    choose(start_link_hours=48, phone="0942-00-0000")
    content = carrying.write(city="999997")
    assert "phone" not in content["chosen"][PLUGIN]
    with in_city(stranger):
        if PLUGIN not in schemas.of_this_city():
            pytest.skip("the other city has the plugin off")
        choose(phone="03-0000-0000")
        done = carrying.take(content=content, actor=SYSTEM, now=clock.now())
        assert queries.current(BookingSettings).start_link_hours == 48
        assert queries.current(BookingSettings).phone == "03-0000-0000"
        assert any(each.changes for each in done)
        with pytest.raises(carrying.NotSettings):
            carrying.take(content={"chosen": {}}, actor=SYSTEM, now=clock.now())


def test_operators_carry_settings_by_a_file_and_rehearse_it_first(tmp_path: Path) -> None:
    choose(start_link_hours=48)
    file = tmp_path / "settings.json"
    call_command("export_settings", "999997", file)
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_settings", "999997", file)
    choose(start_link_hours=24)
    told = StringIO()
    call_command("import_settings", "999997", file, "--dry-run", stdout=told)
    assert "24 → 48" in told.getvalue()
    assert queries.current(BookingSettings).start_link_hours == 24
    call_command("import_settings", "999997", file)
    assert queries.current(BookingSettings).start_link_hours == 48
    file.write_text("[]")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_settings", "999997", file)
