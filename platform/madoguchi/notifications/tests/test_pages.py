"""The pages on which a city words its messages and sees what became of them."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind, Placeholder
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications import allowed, queries, rendering, services
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState, MessageTemplate
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.sink import Sink
from madoguchi.tenancy import City
from madoguchi.words.reading import is_available

pytestmark = pytest.mark.django_db

OWN = {"subject": "予約完了のお知らせ", "body": "ご予約 {number}\n{link}", "do": "save"}


@pytest.fixture
def client_as(home: City) -> Callable[[str], Client]:
    """Sign in somebody with a role."""

    def client(role: str) -> Client:
        browser = Client(headers={"host": urlsplit(home.staff_url).netloc})
        return sign_in(browser, StaffFactory.create(roles=[role]))

    return client


def url(kind: MessageKind, language: str = "ja") -> str:
    return f"/messages/templates/{kind.name}/{language}/"


def test_every_message_stands_in_the_list_with_its_languages(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    page = client_as("city_admin").get("/messages/templates/").content.decode()
    assert str(kind.label) in page
    assert all(language in page for language in ("日本語", "英語", "やさしい日本語"))


def test_an_edited_text_is_used_from_then_on(client_as: Callable[[str], Client], kind: MessageKind) -> None:
    response = client_as("city_admin").post(url(kind), OWN)
    assert response.status_code == 302
    wording = rendering.wording(kind=kind, language="ja")
    rendered = rendering.render(
        wording=wording, values={"number": "12", "link": "https://x.jp/"}, language="ja"
    )
    assert (rendered.subject, rendered.text) == ("予約完了のお知らせ", "ご予約 12\nhttps://x.jp/\n")
    assert rendering.wording(kind=kind, language="en").is_default
    assert AuditEntry.objects.filter(action="notifications.template_changed").exists()


def test_words_that_somebody_else_changed_meanwhile_are_not_overwritten_in_silence(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    def seen(page: str) -> str:
        return page.partition('name="_seen" value="')[2].partition('"')[0]

    first, second = client_as("city_admin"), client_as("city_admin")
    opened = seen(second.get(url(kind)).content.decode())
    assert first.post(url(kind), {**OWN, "_seen": opened}).status_code == 302
    late = {**OWN, "subject": "あとから書いた件名", "_seen": opened}
    looked = second.post(url(kind), {**late, "do": "preview"}).content.decode()
    assert seen(looked) == opened
    refused = second.post(url(kind), late)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "この画面を開いたあとに、文面が変更されました" in page
    assert 'value="あとから書いた件名"' in page
    assert MessageTemplate.objects.count() == 1
    assert second.post(url(kind), {**late, "_seen": seen(page)}).status_code == 302
    assert MessageTemplate.objects.count() == 2


def test_an_unknown_placeholder_is_refused_with_name_and_line(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    body = {**OWN, "body": "ご予約\n{numbr}\n{link}"}
    response = client_as("city_admin").post(url(kind), body)
    assert response.status_code == 422
    assert "2行目の {numbr} は、この通知では使えない差込項目です。" in response.content.decode()
    assert not MessageTemplate.objects.exists()


def test_every_bad_placeholder_is_named_beside_the_field_and_in_the_summary(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    body = {**OWN, "body": "ご予約 {numbr}\n{lnk}\n{plaice}"}
    page = client_as("city_admin").post(url(kind), body).content.decode()
    for line, name in ((1, "numbr"), (2, "lnk"), (3, "plaice")):
        assert page.count(f"{line}行目の {{{name}}} は、この通知では使えない差込項目です。") == 2
    assert page.count("差込項目 {link} は必ず入れてください。") == 2


def test_a_missing_required_placeholder_is_refused(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    response = client_as("city_admin").post(url(kind), {**OWN, "body": "ご予約 {number}"})
    assert response.status_code == 422
    assert "差込項目 {link} は必ず入れてください。" in response.content.decode()


def test_a_preview_shows_sample_values_and_keeps_nothing(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    response = client_as("city_admin").post(url(kind), {**OWN, "do": "preview"})
    assert response.status_code == 200
    assert "ご予約 1234-5678" in response.content.decode()
    assert not MessageTemplate.objects.exists()


def test_the_first_text_comes_back(client_as: Callable[[str], Client], kind: MessageKind) -> None:
    client = client_as("city_admin")
    client.post(url(kind), OWN)
    assert client.post(url(kind) + "revert/").status_code == 302
    assert rendering.wording(kind=kind, language="ja").is_default


def test_an_earlier_version_can_be_taken_up_again(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    client = client_as("city_admin")
    client.post(url(kind), OWN)
    client.post(url(kind), {**OWN, "subject": "二つ目の件名"})
    client.post(url(kind) + "revert/")
    page = client.get(url(kind) + "?version=1").content.decode()
    assert "予約完了のお知らせ" in page
    assert client.get(url(kind) + "?version=x9").status_code == 200
    client.post(url(kind), OWN)
    assert [row.number for row in queries.versions(kind=kind.name, language="ja")] == [4, 3, 2, 1]
    assert rendering.wording(kind=kind, language="ja").subject == "予約完了のお知らせ"


def test_two_versions_are_set_side_by_side(client_as: Callable[[str], Client], kind: MessageKind) -> None:
    client = client_as("city_admin")
    client.post(url(kind), OWN)
    client.post(url(kind), {**OWN, "body": "ご予約 {number}\n新しい行\n{link}"})
    page = client.get(url(kind) + "?compare=1").content.decode()
    assert "第1版からの変更" in page
    assert "加わった行：</span>新しい行</ins>" in page
    assert "第1版からの変更" not in client.get(url(kind) + "?compare=9").content.decode()


def test_a_kind_without_personal_data_refuses_a_personal_placeholder(
    client_as: Callable[[str], Client], kind: MessageKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = Placeholder(name="name", label="氏名", sample="緑川 花子", is_personal=True)
    plain = replace(kind, placeholders=(*kind.placeholders, name), has_no_personal_data=True)
    declared = {**plugins._declared, "message_kinds": (("madoguchi.notifications", plain),)}
    monkeypatch.setattr(plugins, "_declared", declared)
    refused = client_as("city_admin").post(url(kind), {**OWN, "body": "{name} 様\n{number} {link}"})
    assert refused.status_code == 422
    assert "1行目の {name} は個人情報のため、この通知には入れられません。" in refused.content.decode()
    assert not MessageTemplate.objects.exists()


def test_a_text_with_a_my_number_is_refused(client_as: Callable[[str], Client], kind: MessageKind) -> None:
    refused = client_as("city_admin").post(url(kind), {**OWN, "body": "123456789018\n{number}\n{link}"})
    assert refused.status_code == 422
    assert not MessageTemplate.objects.exists()


def test_saving_the_same_words_again_makes_no_version(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    client = client_as("city_admin")
    client.post(url(kind), OWN)
    client.post(url(kind), OWN)
    assert len(queries.versions(kind=kind.name, language="ja")) == 1


def test_a_test_goes_to_the_address_typed_and_says_that_it_is_one(
    client_as: Callable[[str], Client], kind: MessageKind, sink: Sink
) -> None:
    client = client_as("city_admin")
    assert client.post(url(kind) + "test/", {"address": "no address"}).status_code == 422
    stranger = client.post(url(kind) + "test/", {"address": "resident@example.jp"})
    assert stranger.status_code == 422
    assert "登録したアドレスを入力してください" in stranger.content.decode()
    allowed.allow(entry="clerk@city.example", actor=SYSTEM, now=clock.now())
    assert client.post(url(kind) + "test/", {"address": "clerk@city.example"}).status_code == 302
    delivery = Delivery.objects.get()
    send_delivery(event=DeliveryQueued(delivery_id=delivery.id), key=uuid4(), actor=SYSTEM, now=clock.now())
    assert sink.recipients == ["clerk@city.example"]
    assert sink.mails[0]["Subject"] == "【テスト送信】予約を受け付けました"


def test_unknown_kinds_and_languages_are_not_found(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    client = client_as("city_admin")
    assert client.get("/messages/templates/testing.nothing/ja/").status_code == 404
    assert client.get(url(kind, "xx")).status_code == 404
    assert client.post(url(kind, "xx") + "revert/").status_code == 404


def test_a_clerk_sees_deliveries_but_edits_no_text(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    clerk = client_as("counter_clerk")
    assert clerk.get("/messages/deliveries/").status_code == 200
    assert clerk.get("/messages/templates/").status_code == 403
    assert clerk.post(url(kind), OWN).status_code == 403
    assert clerk.post(url(kind) + "test/", {"address": "a@b.example"}).status_code == 403
    assert not MessageTemplate.objects.exists()


def test_a_city_is_offered_its_own_kinds_of_mail_to_filter_by(client_as: Callable[[str], Client]) -> None:
    offered = {str(each.label) for each in plugins.declared("message_kinds") if each.world == "city"}
    others = {str(each.label) for each in plugins.declared("message_kinds") if each.world == "operators"}
    page = client_as("city_admin").get("/messages/deliveries/").content.decode()
    options = set(re.findall(r"<option [^>]*>([^<]+)</option>", page))
    assert offered - options == set()
    assert options & (others - offered) == set()
    assert "一斉メール" in options


def test_deliveries_show_state_and_reason_and_no_address(
    client_as: Callable[[str], Client], kind: MessageKind, contact: UUID
) -> None:
    services.notify(
        kind=kind.name, contact=contact, values={"number": "1", "link": "x"}, key="a", now=clock.now()
    )
    Delivery.objects.update(
        state=DeliveryState.BOUNCED, masked_address="t***@example.jp", error="550 no such user"
    )
    page = client_as("counter_clerk").get("/messages/deliveries/?state=bounced").content.decode()
    assert "宛先に届きません" in page
    assert "使われていません" in page
    shown = client_as("counter_clerk").get(f"/messages/deliveries/{Delivery.objects.get().pk}/")
    assert "550 no such user" in shown.content.decode()
    assert "taro@example.jp" not in shown.content.decode()
    assert "t***@example.jp" in page
    assert "taro@example.jp" not in page
    assert "届いていない通知 1件" in client_as("counter_clerk").get("/").content.decode()


@pytest.mark.req("KUM-35", "NAN-40")
def test_a_city_words_its_mails_from_edit_to_restore(
    client_as: Callable[[str], Client], kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    admin = client_as("city_admin")
    preview = admin.post(url(kind), {**OWN, "do": "preview"})
    assert "ご予約 1234-5678" in preview.content.decode()
    assert admin.post(url(kind), OWN).status_code == 302
    allowed.allow(entry="@city.example", actor=SYSTEM, now=clock.now())
    admin.post(url(kind) + "test/", {"address": "clerk@city.example"})
    values = {"number": "9", "link": "https://midori.example/x/"}
    services.notify(kind=kind.name, contact=contact, values=values, key="real", now=clock.now())
    for delivery in Delivery.objects.order_by("created_at"):
        event = DeliveryQueued(delivery_id=delivery.id)
        send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    subjects = [mail["Subject"] for mail in sink.mails]
    assert subjects == ["【テスト送信】予約完了のお知らせ", "予約完了のお知らせ"]
    for bad in ("{numbr}\n{link}", "番号 {number}"):
        assert admin.post(url(kind), {**OWN, "body": bad}).status_code == 422
    admin.post(url(kind), {**OWN, "subject": "二つ目の件名"})
    restored = admin.get(url(kind) + "?version=1").content.decode()
    assert 'value="予約完了のお知らせ"' in restored
    assert admin.post(url(kind), OWN).status_code == 302
    assert rendering.wording(kind=kind, language="ja").subject == "予約完了のお知らせ"


def test_readings_go_behind_the_words_of_a_mail_and_not_into_its_subject() -> None:
    written = rendering.Wording("予約《よやく》", "{city}の 電話《でんわ》", is_default=False)
    shown = rendering.render(wording=written, values={"city": "市《し》"}, language="ja-easy")
    assert (shown.subject, shown.text) == ("予約", "市(し)の 電話(でんわ)")
    assert "電話(でんわ)" in shown.html


@pytest.mark.skipif(not is_available(), reason="no dictionary is installed")
def test_plain_japanese_gets_readings_to_correct(
    client_as: Callable[[str], Client], kind: MessageKind
) -> None:
    asked = {**OWN, "body": "予約 {number}\n{link}", "do": "readings"}
    page = client_as("city_admin").post(url(kind, "ja-easy"), asked).content.decode()
    assert "予約《よやく》 {number}" in page
    assert not MessageTemplate.objects.exists()
    assert 'value="readings"' not in client_as("city_admin").get(url(kind)).content.decode()
