"""Reading the codes of the list of people whose cards come."""

import io
import re
from time import monotonic
from typing import Any

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from madoguchi import clock
from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management import queries
from plugins.card_management.models import Card
from plugins.card_management.models.intake import QrProfile, QrReading
from plugins.card_management.rules.qr_text import QrLayout, Unread, check_qr, read_scan, repair
from plugins.card_management.services import intake_pictures, intake_qr
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.intake import CLERK, QR, client_of, codes, qr_profile

pytestmark = pytest.mark.django_db
PAGE = "/cards/intake/qr/"


@pytest.fixture
def clerk(home: City) -> Client:
    qr_profile()
    return client_of(home, "counter_clerk")


def scan(client: Client, text: str, **given: str) -> str:
    """read one code and show the page."""
    answer = client.post(PAGE, {"text": text, **given})
    assert answer.status_code == 200
    return str(answer.content.decode())


def wide(text: str) -> str:
    """type a code through an input method that is on."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@pytest.mark.req("NAN-19")
def test_a_code_fills_the_screen_and_a_bad_one_saves_nothing(clerk: Client) -> None:
    page = scan(clerk, codes()[0])
    assert 'data-tone="ok"' in page
    assert "8人を登録しました" in page
    assert "見本宮ノ陣 のゑ" in page
    assert "5ページ中1ページを読み取りました" in page
    assert "2、3、4、5" in page
    before = Card.objects.count()
    second = codes()[1]
    for text, words in (
        (second[:-20], "途中で切れています"),
        (codes()[0][:-20], "途中で切れています"),
        (second.replace("MKL1", "XKL9"), "交付対象者一覧のQRコードではありません"),
        ("", "何も読み取れていません"),
        ("まいんあ１あかさたな", "日本語入力（IME）が入っています"),
        (second.replace("SMP300010", "SMP3000X0"), "2人目の「交付通知書番号」"),
        ("A" * 9_000, "長すぎます"),
    ):
        refused = scan(clerk, text)
        assert words in refused
        assert 'data-tone="error"' in refused
    assert (Card.objects.count(), QrReading.objects.count()) == (before, 1)
    # An input method that was on is repaired where it can be.
    assert "8人を登録しました" in scan(clerk, wide(second))


@pytest.mark.req("NAN-21")
def test_a_second_reading_is_an_error_with_who_and_when(clerk: Client) -> None:
    first, second, *_rest = codes()
    scan(clerk, first)
    reading = QrReading.objects.get()
    rows = list(Card.objects.order_by("id").values("id", "updated_at", "state"))
    page = scan(clerk, first)
    assert "このQRコードは読み取り済みです" in page
    assert reading.read_by_name in page
    assert "登録されているカード SMP300001 見本宮ノ陣 のゑ" in page
    assert 'data-tone="error"' in page
    assert list(Card.objects.order_by("id").values("id", "updated_at", "state")) == rows
    assert QrReading.objects.count() == 1
    # The same page of the list with other people on it is no page of this list any more.
    other = second.replace(";2/5;", ";1/5;")
    assert "別の内容で読み取っています" in scan(clerk, other)
    # The same number with another birthday is another person, not a second reading.
    namesake = "MKL1;OTHER;1/1;SMP300001,19990101,見本別人 花子,ミホンベツジン ハナコ,1;"
    asked = scan(clerk, namesake)
    assert "生年月日が違う方のカードがすでにあります" in asked
    assert "別の方として登録する" in asked
    assert QrReading.objects.count() == 1
    assert "1人を登録しました" in scan(clerk, namesake, confirmed="1")


@pytest.mark.req("NAN-20")
def test_who_was_read_can_book_at_once(clerk: Client) -> None:
    page = scan(clerk, codes()[0])
    found = queries.find_pickup(reference="SMP300001", birthday=MonthDay(month=3, day=3))
    assert isinstance(found, Found)
    assert 'name="birthday" value="0303"' in page
    card = Card.objects.get(id=found.pickup)
    assert (card.state, card.kind) == ("arrived", "new")
    booking = clerk.post("/reservations/new/", {"scan": "1", "reference": "SMP300001", "birthday": "0303"})
    assert booking.status_code == 200
    assert "SMP300001" in booking.content.decode()


def test_two_people_under_one_number_are_found_apart_and_never_mixed_up(clerk: Client) -> None:
    one = add_card(reference="SMP900001", born_on="1988-02-29")
    scan(clerk, "MKL1;K;1/1;SMP900001,19990101,見本別人 花子,ミホンベツジン ハナコ,1;", confirmed="1")
    other = Card.objects.exclude(id=one).get()
    by_day = {
        day: queries.find_pickup(reference="SMP900001", birthday=MonthDay(month=day[0], day=day[1]))
        for day in ((2, 29), (1, 1))
    }
    assert {day: found.pickup for day, found in by_day.items() if isinstance(found, Found)} == {
        (2, 29): one,
        (1, 1): other.id,
    }
    # Same number and same birthday: nobody is told, staff look.
    add_card(reference="SMP900001", born_on="1957-02-29".replace("57", "56"), name="見本 三郎")
    assert isinstance(
        queries.find_pickup(reference="SMP900001", birthday=MonthDay(month=2, day=29)), Ambiguous
    )


def test_whoever_is_there_already_is_shown_and_not_made_twice(clerk: Client) -> None:
    add_card(reference="SMP300001", born_on="1943-03-03")
    page = scan(clerk, codes()[0])
    assert "7人を登録しました。1人はすでに登録されています。" in page
    assert Card.objects.count() == 8


def test_a_reading_is_taken_back_until_somebody_touched_its_cards(clerk: Client) -> None:
    scan(clerk, codes()[0])
    reading = QrReading.objects.get()
    values: dict[str, Any] = {"readings": [str(reading.id)]}
    intake_qr.take_back(values=values, actor=CLERK, now=clock.now())
    assert not Card.objects.exists()
    assert not QrReading.objects.exists()
    assert "8人を登録しました" in scan(clerk, codes()[0])
    with pytest.raises(intake_qr.ReadingGone):
        intake_qr.take_back(values=values, actor=CLERK, now=clock.now())


def picture(*texts: str) -> bytes:
    """photograph codes, one below the other."""
    tiles = [_drawn(text) for text in texts]
    sheet = Image.new("L", (max(t.width for t in tiles) + 80, sum(t.height + 80 for t in tiles)), 255)
    top = 40
    for tile in tiles:
        sheet.paste(tile, (40, top))
        top += tile.height + 80
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _drawn(text: str) -> Image.Image:
    written: Any = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.QRCode), scale=3)
    drawn = memoryview(written)
    assert drawn.shape is not None
    high, wide = drawn.shape
    return Image.frombytes("L", (wide, high), drawn.tobytes())


def test_a_photograph_with_several_codes_is_read_on_the_server(clerk: Client) -> None:
    file = SimpleUploadedFile("list.png", picture(*codes()[:2]), content_type="image/png")
    page = clerk.post(f"{PAGE}picture/", {"picture": file}).content.decode()
    assert page.count("8人を登録しました") >= 2
    assert Card.objects.count() == 16
    assert set(QrReading.objects.values_list("door", flat=True)) == {"image"}
    nothing = SimpleUploadedFile("white.png", picture_of_nothing(), content_type="image/png")
    assert "QRコードを読み取れません" in clerk.post(f"{PAGE}picture/", {"picture": nothing}).content.decode()


def test_a_file_that_is_no_picture_is_told_from_a_picture_without_a_code(clerk: Client) -> None:
    text = SimpleUploadedFile("no.png", b"no picture", content_type="image/png")
    refused = clerk.post(f"{PAGE}picture/", {"picture": text})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "画像として開けません" in page
    # The form stands at the foot of a long page: the summary at its head leads there.
    assert page.index('href="#id_picture"') < page.index('id="reading"')


def test_all_codes_of_a_picture_are_taken_back_at_once(clerk: Client) -> None:
    file = SimpleUploadedFile("list.png", picture(*codes()[:2]), content_type="image/png")
    page = clerk.post(f"{PAGE}picture/", {"picture": file}).content.decode()
    assert "2個のQRコードから、16人を登録しました" in page
    clerk.post(re.findall(r'action="([^"]*undo[^"]*)"', page)[0])
    assert (Card.objects.count(), QrReading.objects.count()) == (0, 0)


def test_of_two_codes_that_ask_each_button_registers_its_own(clerk: Client) -> None:
    add_card(reference="SMP900001", born_on="1988-02-29")
    add_card(reference="SMP900002", born_on="1988-02-29")
    texts = [
        f"MKL1;K{place};1/1;SMP90000{place},19990101,見本別人 花子,ミホンベツジン ハナコ,1;"
        for place in (1, 2)
    ]
    file = SimpleUploadedFile("list.png", picture(*texts), content_type="image/png")
    page = clerk.post(f"{PAGE}picture/", {"picture": file}).content.decode()
    assert re.findall(r'name="text" value="([^"]*)"', page) == texts


def picture_of_nothing() -> bytes:
    """photograph an empty desk."""
    buffer = io.BytesIO()
    Image.new("L", (200, 200), 255).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_sound_is_switched_off_for_the_session(clerk: Client) -> None:
    assert "data-quiet" not in clerk.get(PAGE).content.decode()
    clerk.post(PAGE, {"do": "sound"})
    assert "data-quiet" in clerk.get(PAGE).content.decode()


def test_reading_leaves_an_entry_and_no_text_of_a_code(clerk: Client) -> None:
    scan(clerk, codes()[0])
    entry = AuditEntry.objects.get(action="card_management.qr_read")
    assert len(entry.object_ids) == 8
    assert "見本" not in str(entry.details)
    assert "見本" not in str(list(QrReading.objects.values()))


def test_profiles_of_codes_are_tried_kept_in_versions_and_switched_off(home: City) -> None:
    admin = client_of(home, "city_admin")
    fields = {"name": "一覧", "page": QR.page, "record": QR.record, "kinds": "1=新規", "is_active": "on"}
    tried = admin.post(f"{PAGE}profiles/", {**fields, "sample": codes()[0], "do": "try"})
    assert "見本宮ノ陣 のゑ" in tried.content.decode()
    assert not QrProfile.objects.exists()
    admin.post(f"{PAGE}profiles/", {**fields, "do": "save"})
    profile = QrProfile.objects.get()
    address = f"{PAGE}profiles/{profile.id}/"
    assert "第" not in admin.get(address).content.decode()[:0]
    without = {name: value for name, value in fields.items() if name != "is_active"}
    admin.post(address, {**without, "do": "save"})
    profile.refresh_from_db()
    assert (profile.version, profile.is_active) == (2, False)
    refused = admin.post(
        f"{PAGE}profiles/", {**fields, "name": "x", "record": "(?P<number>a+)", "do": "save"}
    )
    assert refused.status_code == 422
    assert "生年月日（?P&lt;born&gt;…）" in refused.content.decode()
    assert client_of(home, "counter_clerk").get(f"{PAGE}profiles/").status_code == 403


def test_signs_of_an_input_method_are_repaired_but_not_those_of_a_reading() -> None:
    assert repair("ＳＭＰ１。２ー３・ジョー") == "SMP1.2-3/ジョー"
    single = QrLayout(record=r"N(?P<number>[0-9A-Z]{9})/(?P<born>[0-9]{8})")
    check_qr(single)
    found = read_scan(text="ＮＳＭＰ１２３４５６・１９８８０２２９", layouts=[("a", single)])
    assert isinstance(found, tuple)
    assert found[1].records == ({"number": "SMP123456", "born": "19880229"},)
    assert read_scan(text="NSMP123456/1988", layouts=[("a", single)]) == Unread("other")


def test_a_profile_that_would_take_years_is_stopped_and_told(home: City) -> None:
    slow = QrLayout(record=r"(?P<number>(?:a|b|ab)*c)(?P<born>\d)")
    check_qr(slow)
    begun = monotonic()
    assert read_scan(text="ab" * 1_500 + "ce", layouts=[("", slow)]) == Unread("slow")
    assert monotonic() - begun < 3
    admin = client_of(home, "city_admin")
    fields = {"name": "遅い定義", "record": slow.record, "sample": "ab" * 1_500 + "ce", "do": "try"}
    assert "時間がかかりすぎる" in admin.post(f"{PAGE}profiles/", fields).content.decode()


@pytest.mark.parametrize("head", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9000 9000\n", b"8BPS\0\1"])
def test_a_picture_that_is_a_program_or_unknown_is_not_opened(head: bytes) -> None:
    assert intake_pictures.codes_in(content=head + bytes(200)) is None


def test_a_picture_beyond_all_paper_is_not_unpacked() -> None:
    made = io.BytesIO()
    Image.new("1", (9_000, 9_000), 1).save(made, "PNG")
    assert intake_pictures.codes_in(content=made.getvalue()) is None
