"""A code is described by a sample: cut, named, looked at; nobody writes a pattern."""

import re
from html import unescape
from time import monotonic

import pytest
from django.test import Client

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management.models import Card
from plugins.card_management.models.intake import QrProfile, QrProfileVersion
from plugins.card_management.rules.qr_guessing import guess_parts
from plugins.card_management.rules.qr_parts import LINE, SIGNS, BadPattern, Part, Parts, check_parts, cut
from plugins.card_management.rules.qr_text import QrLayout, Unread, check_qr, read_scan
from plugins.card_management.tests.intake import client_of, codes, qr_profile

PAGE = "/cards/intake/qr/profiles/sample/"
KINDS = {"kinds": "1=新規\n2=更新\n3=再交付"}
WHOLE = (Part("number"), Part("born"), Part("name"))


def layout(parts: Parts) -> QrLayout:
    made = QrLayout.of_parts(parts, codes={})
    check_qr(made)
    return QrLayout.from_json(made.to_json())


def people(text: str, parts: Parts) -> list[dict[str, str]] | str:
    """read a code as it is read at the counter."""
    read = read_scan(text=text, layouts=[("", layout(parts))])
    return read.reason if isinstance(read, Unread) else list(read[1].records)


class TestGuessing:
    def test_a_list_of_several_pages_is_understood_at_once(self) -> None:
        parts = guess_parts(codes()[0])
        assert (parts.between, parts.after, parts.is_closed) == (",", ";", True)
        assert [(part.name, part.text) for part in parts.head] == [
            ("text", "MKL1"),
            ("list", ""),
            ("both", ""),
        ]
        assert [part.name for part in parts.record] == ["number", "born", "name", "kana", "kind"]
        read = read_scan(text=codes()[1], layouts=[("", layout(parts))])
        assert isinstance(read, tuple)
        assert (read[1].list_name, read[1].page, read[1].pages) == ("SMP-20261120", 2, 5)
        assert len(read[1].records) == 8

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("SMP300001|19880229|見本 花子|ミホン ハナコ", ["number", "born", "name", "kana"]),
            ("SMP300001\t1988-02-29\t見本 花子\t830-0001", ["number", "born", "name", "postcode"]),
            ("見本 花子,ﾐﾎﾝ ﾊﾅｺ,S63.2.29,女,SMP-300001", ["name", "kana", "born", "sex", "number"]),
            ("SMP30000119880229見本 花子", ["number", "born", ""]),
            ("SMP300001,19880229\r\nSMP300002,19900101", ["number", "born"]),
        ],
    )
    def test_single_codes_are_understood_too(self, text: str, names: list[str]) -> None:
        assert [part.name for part in guess_parts(text).record] == names

    @pytest.mark.parametrize("text", ["", " ", "見本", ",,,;;;", "A" * 8_000, ";" * 4_000, "\x1d" * 10])
    def test_what_is_no_code_is_no_trouble(self, text: str) -> None:
        guess_parts(text)

    def test_a_long_text_behind_every_sign_keeps_nobody_waiting(self) -> None:
        begun = monotonic()
        guess_parts("".join(f"{sign}x" for sign in SIGNS) + "市" * 7_900)
        assert monotonic() - begun < 5


class TestReading:
    @pytest.mark.parametrize("between", SIGNS)
    @pytest.mark.parametrize("after", [";", "^", "*", LINE])
    def test_every_sign_may_divide(self, between: str, after: str) -> None:
        if between == after:
            return
        rows = (("SMP300001", "19880229", "見本花子"), ("SMP300002", "19900101", "例示太郎"))
        text = after.join(between.join(row) for row in rows) + after
        found = people(text, Parts(between=between, after=after, record=WHOLE))
        assert found == [dict(zip(("number", "born", "name"), row, strict=True)) for row in rows]

    def test_a_code_that_was_cut_off_is_not_read(self) -> None:
        parts = Parts(record=WHOLE, head=(Part("text", text="MKL1"),))
        whole = "MKL1;SMP300001,19880229,見本 花子;SMP300002,19900101,例示 太郎;"
        assert len(people(whole, parts)) == 2
        assert people(whole[:-3], parts) == "cut"
        assert people(whole[:-1], parts) == "cut"

    def test_widths_may_lack_the_blanks_at_the_end(self) -> None:
        parts = Parts(way="widths", record=(Part("number", 9), Part("born", 8), Part("name", 6)))
        assert people("SMP30000119880229見本 花子 SMP30000219900101例示", parts) == [
            {"number": "SMP300001", "born": "19880229", "name": "見本 花子"},
            {"number": "SMP300002", "born": "19900101", "name": "例示"},
        ]
        assert isinstance(people("SMP3000011988022", parts), str)

    def test_widths_before_the_people_name_the_page(self) -> None:
        head = (Part("list", 4), Part("page", 2), Part("pages", 2))
        parts = Parts(way="widths", head=head, record=(Part("number", 9), Part("born", 8)))
        read = read_scan(text="L0010203SMP30000119880229", layouts=[("", layout(parts))])
        assert isinstance(read, tuple)
        assert (read[1].list_name, read[1].page, read[1].pages) == ("L001", 2, 3)

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            (Parts(), "parts"),
            (Parts(way="widths"), "widths"),
            (Parts(record=(Part("number"),)), "unnamed"),
            (Parts(record=(*WHOLE, Part("name"))), "twice"),
            (Parts(record=WHOLE, between=";"), "signs"),
            (Parts(record=WHOLE, between="abc"), "signs"),
            (Parts(record=WHOLE, way="widths"), "widths"),
            (Parts(record=WHOLE, head=(Part("page"),)), "pages"),
            (Parts(record=WHOLE, head=(Part("both"), Part("page"))), "twice"),
            (Parts(record=WHOLE, head=(Part("text", text="A" * 40),)), "text"),
            (Parts(record=(Part("evil"), *WHOLE)), "parts"),
        ],
    )
    def test_parts_that_could_never_be_read_are_refused(self, parts: Parts, reason: str) -> None:
        with pytest.raises(BadPattern) as refusal:
            check_parts(parts)
        assert refusal.value.reason == reason

    def test_pieces_are_shown_before_they_have_names(self) -> None:
        pieces = cut(text="X;a,b;c,d,e;", parts=Parts(head=(Part(),)))
        assert (pieces.head, pieces.rows, pieces.width) == (("X",), (("a", "b"), ("c", "d", "e")), 3)


def fields_of(page: str) -> dict[str, str]:
    """list what a browser would send of the page's form."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[0]) if chosen else ""
    found |= dict(re.findall(r'name="(head_count|widths|head_widths)" value="([^"]*)"', page))
    return {
        name: value for name, value in found.items() if name not in ("csrfmiddlewaretoken", "lang", "next")
    }


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def admin(self, home: City) -> Client:
        return client_of(home, "city_admin")

    def cut(self, client: Client, sample: str, **more: str) -> str:
        answer = client.post(PAGE, {"name": "一覧", "sample": sample, "do": "guess", **KINDS, **more})
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_a_sample_becomes_a_profile_without_a_pattern_and_without_a_script(
        self, admin: Client, home: City
    ) -> None:
        page = self.cut(admin, codes()[0])
        assert "見本を読み取れました" in page
        assert "5ページ中1ページ目" in page
        sent = fields_of(page) | {"name": "一覧", "sample": codes()[0], "is_active": "on", **KINDS}
        assert (sent["between"], sent["after"], sent["part_0"], sent["head_2"]) == (
            ",",
            ";",
            "number",
            "both",
        )
        assert "見本にある「種別」の値：1、2、3" in page
        assert not QrProfile.objects.exists()
        saved = admin.post(PAGE, {**sent, "do": "save"})
        assert saved.status_code == 302
        kept = QrProfileVersion.objects.get().layout
        assert set(kept) == {"parts", "codes"}
        assert "?P<" not in str(kept)
        assert "SMP300001" not in str(kept)
        assert AuditEntry.objects.filter(action="card_management.qr_profile_saved").exists()
        clerk = client_of(home, "counter_clerk")
        assert "8人を登録しました" in clerk.post("/cards/intake/qr/", {"text": codes()[1]}).content.decode()
        assert Card.objects.count() == 8

    def test_a_name_that_was_changed_stays_while_the_cut_is_the_same(self, admin: Client) -> None:
        sent = fields_of(self.cut(admin, codes()[0])) | {"name": "一覧", "sample": codes()[0]}
        page = admin.post(PAGE, {**sent, "part_2": "", "do": "cut"}).content.decode()
        assert fields_of(page)["part_2"] == ""
        other = admin.post(PAGE, {**sent, "between": "/", "do": "cut"}).content.decode()
        assert "まだ読み取れません" in other
        wide = admin.post(PAGE, {**sent, "way": "widths", "widths": "９、８", "do": "cut"}).content.decode()
        assert fields_of(wide)["part_1"] in ("", "born")

    def test_a_kind_that_nobody_told_is_refused_beside_the_kinds(self, admin: Client) -> None:
        sent = fields_of(self.cut(admin, codes()[0])) | {"name": "一覧", "sample": codes()[0], "do": "save"}
        page = admin.post(PAGE, {**sent, "kinds": ""})
        assert page.status_code == 422
        form = page.context["form"]
        assert "QRの定義で読み替えられます" in str(form.errors["kinds"])
        assert "sample" not in form.errors

    def test_kinds_may_be_typed_with_the_input_method_on(self, admin: Client) -> None:
        sent = fields_of(self.cut(admin, codes()[0])) | {"name": "一覧", "sample": codes()[0], "do": "save"}
        assert admin.post(PAGE, {**sent, "kinds": "１＝新規\n２＝更新\n３＝再交付"}).status_code == 302
        kept = QrProfileVersion.objects.get().layout["codes"]["kind"]
        assert kept == {"1": "新規", "2": "更新", "3": "再交付"}

    def test_what_cannot_be_read_is_not_saved(self, admin: Client) -> None:
        sent = fields_of(self.cut(admin, codes()[0])) | {
            "name": "一覧",
            "sample": codes()[0],
            "do": "save",
            **KINDS,
        }
        for changes, words in (
            ({"part_0": ""}, "「交付通知書番号」と「生年月日」の部分を選んでください"),
            ({"part_2": "kana"}, "同じ項目が2つの部分に選ばれています"),
            ({"part_0": "born", "part_1": "number"}, "1人目の「"),
            (
                {"other": "MKL9;X;1/1;SMP300001,19880229,見本,ミホン,1;"},
                "交付対象者一覧のQRコードではありません",
            ),
            ({"name": ""}, "定義の名前"),
            ({"kinds": ""}, "1人目の「種別」"),
            ({"way": "widths", "widths": "0"}, "1から200まで"),
            ({"sample": "", "part_0": "evil"}, "部分"),
        ):
            refused = admin.post(PAGE, {**sent, **changes})
            assert refused.status_code == 422, changes
            assert words in refused.content.decode(), changes
        assert not QrProfile.objects.exists()

    def test_a_profile_is_changed_without_a_sample_and_a_pattern_can_be_left(self, admin: Client) -> None:
        sent = fields_of(self.cut(admin, codes()[0])) | {
            "name": "一覧",
            "sample": codes()[0],
            "is_active": "on",
            **KINDS,
        }
        admin.post(PAGE, {**sent, "do": "save"})
        profile = QrProfile.objects.get()
        own = f"/cards/intake/qr/profiles/{profile.id}/sample/"
        assert admin.get(f"/cards/intake/qr/profiles/{profile.id}/")["Location"] == own
        kept = fields_of(admin.get(own).content.decode())
        assert (kept["part_1"], kept["text_0"]) == ("born", "MKL1")
        changed = admin.post(own, {**kept, "part_3": "", "is_active": "on", "do": "save"})
        assert changed.status_code == 302
        profile.refresh_from_db()
        newest = profile.versions.get(number=profile.version).layout
        assert [part["name"] for part in newest["parts"]["record"]] == ["number", "born", "name", "", "kind"]
        assert newest["parts"]["is_closed"]
        qr_profile()
        pattern = QrProfile.objects.exclude(id=profile.id).get()
        page = admin.get(f"/cards/intake/qr/profiles/{pattern.id}/").content.decode()
        assert f"/cards/intake/qr/profiles/{pattern.id}/sample/" in page

    def test_only_an_administrator_describes_codes(self, home: City) -> None:
        clerk = client_of(home, "counter_clerk")
        assert clerk.get(PAGE).status_code == 403
        assert clerk.post(PAGE, {"do": "cut"}).status_code == 403
