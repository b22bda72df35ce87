"""Forms that are made, corrected, signed, printed and given out."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.documents.viewing import inline_pdf
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management.models import Card
from plugins.card_management.models.forms import FormRecord, FormVersion
from plugins.card_management.rules.forms_filling import FilledForm, fill_form
from plugins.card_management.services import forms_records, forms_signing, forms_templates
from plugins.card_management.services.forms_facts import FormIsMasked, facts_for
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.test_pages import client_of

pytestmark = pytest.mark.django_db
CLERK = Actor(kind="staff", id="11111111-1111-4111-8111-111111111111", name="窓口 太郎")
CHIP = {
    "name": "見本 花子",
    "address": "福岡県久留米市テスト町1丁目1番地",
    "born_on": "1988-02-29",
    "sex": "female",
}


@pytest.fixture
def clerk(home: City) -> Client:
    """A clerk at the counter."""
    return client_of(home, "counter_clerk")


def fill(card: UUID, *, key: str = "application", chip: dict[str, str] | None = None, **given: str) -> Any:
    now = clock.now()
    template = forms_templates.current(key=key, now=now)
    layout = forms_templates.layout_of(template)
    facts = facts_for(card_id=card, chip=CHIP if chip is None else chip, eyes=EVERYTHING, now=now)
    facts["form"] = dict(layout.facts)
    return template, fill_form(layout=layout, facts=facts, given=given, chosen={})


def made(card: UUID, **wishes: Any) -> FormRecord:
    template, filled = fill(card, **wishes)
    return forms_records.make(template=template, card_id=card, filled=filled, actor=CLERK, now=clock.now())


def picture() -> bytes:
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).line((20, 150, 300, 30, 560, 160), fill="black", width=8)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def pdf_of(record: FormRecord) -> bytes:
    version = forms_records.version_of(record=record)
    return forms_records.pdf(version=version, now=clock.now())


def words_in(pdf: bytes, record: FormRecord, name: str) -> str:
    """Read what stands inside the box of a field, and nothing that stands outside of it."""
    place = forms_templates.layout_of(forms_records.version_of(record=record).template).place(name)
    assert place is not None
    page = pypdfium2.PdfDocument(pdf)[0]
    point, height = 72 / 25.4, page.get_height()
    found = page.get_textpage().get_text_bounded(
        left=place.x * point,
        bottom=height - (place.y + place.h) * point,
        right=(place.x + place.w) * point,
        top=height - place.y * point,
    )
    return str(found).replace("\r", "").replace("\n", "")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.req("FUJ-03")
def test_a_form_is_filled_from_the_chip_and_nothing_is_guessed() -> None:
    card = add_card(name="見本 花子")
    record = made(card)
    seen = {each.name: each for each in forms_records.opened(forms_records.version_of(record=record)).fields}
    assert {name: seen[name].source for name in ("name", "address", "born", "sex")} == dict.fromkeys(
        ("name", "address", "born", "sex"), "chip"
    )
    pdf = pdf_of(record)
    assert words_in(pdf, record, "name") == "見本 花子"
    assert words_in(pdf, record, "born") == "昭和63年2月29日"
    assert words_in(pdf, record, "address") == CHIP["address"]
    wide = "福岡県久留米市テスト町1丁目1番地" + "見本" * 30
    wrapped = made(add_card(reference="WRP000001", address=wide), chip={})
    assert words_in(pdf_of(wrapped), wrapped, "address") == wide
    # A chip that was not read: the ledger knows no sex, and none is printed.
    bare = forms_records.opened(forms_records.version_of(record=made(card, chip={}))).fields
    (sex,) = [each for each in bare if each.name == "sex"]
    assert (sex.text, sex.problem) == ("", "missing")
    # Another name than in the ledger: empty until somebody chooses.
    torn = forms_records.opened(
        forms_records.version_of(record=made(card, chip=CHIP | {"name": "例示 花子"}))
    )
    (name,) = [each for each in torn.fields if each.name == "name"]
    assert (name.text, name.problem) == ("", "conflict")
    long = add_card(reference="LNG000001", name="見本" * 24, kana="ミホン" * 33)
    sheet = text_of(pdf_of(made(long, chip={})))
    assert "見本" * 24 in sheet.replace("\n", "")
    assert "別紙" in sheet
    assert "ミホン" * 33 in sheet.replace("\n", "")
    own = add_card(reference="GAI000001", name="見本\ue000子")
    record = made(own, chip={})
    assert forms_records.opened(forms_records.version_of(record=record)).rare == ("氏名",)
    sheet = text_of(pdf_of(record))
    assert "〓" in sheet
    assert "U+E000" in sheet


@pytest.mark.req("FUJ-04")
def test_a_form_is_data_with_versions_and_a_signature_and_paper_is_one_way_out() -> None:
    card = add_card()
    record = made(card)
    version = forms_records.version_of(record=record)
    signed = forms_signing.sign(version=version, content=picture(), actor=CLERK, now=clock.now())
    version = forms_records.version_of(record=record)
    told = json.loads(forms_records.as_json(version))
    assert (told["schema"], told["form"], told["template_version"], told["version"]) == (
        "madoguchi.form/1",
        "application",
        1,
        1,
    )
    assert told["signature"] == {"sha256": signed.sha256, "media_type": "image/png"}
    assert {each["name"]: each["value"] for each in told["fields"]}["name"] == "見本 花子"
    lines = list(csv.reader(io.StringIO(forms_records.as_csv(version, mark="").lstrip("\ufeff"))))
    assert ["氏名", "見本 花子", "ICチップ"] in lines
    assert pdf_of(record).startswith(b"%PDF")
    template, filled = fill(card, phone="00-0000-0000")
    forms_records.correct(
        record_id=record.id,
        template=template,
        filled=filled,
        reason="電話を追加",
        actor=CLERK,
        now=clock.now(),
    )
    record.refresh_from_db()
    newest = forms_records.version_of(record=record)
    # What was signed was another text: the new version carries no signature, the old one keeps its own.
    assert (newest.number, hasattr(newest, "signature")) == (2, False)
    assert forms_signing.picture_of(version.id)
    rows = forms_records.compared(forms_records.opened(version), forms_records.opened(newest))
    assert [row[:3] for row in rows if row[3]] == [("電話番号", "", "00-0000-0000")]
    assert b"1988" not in FormVersion.objects.get(pk=newest.pk).sealed


def test_the_code_on_a_form_names_its_record_and_version() -> None:
    record = made(add_card())
    version = forms_records.version_of(record=record)
    page = pypdfium2.PdfDocument(forms_records.pdf(version=version, now=clock.now()))[0]
    found = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    assert [code.text for code in found] == [f"FORM:{record.id}:1"]


def test_an_old_form_is_printed_as_it_was_laid_out() -> None:
    now = clock.now()
    record = made(add_card())
    before = text_of(pdf_of(record))
    layout = forms_templates.layout_of(forms_templates.current(key="application", now=now))
    texts = [mark.text.replace("交付申請書", "交付申請書（新）") for mark in layout.marks]
    forms_templates.keep_draft(
        key="application", numbers={"name": {"x": 70.0}}, texts=texts, shift=(1.0, 0.0), actor=CLERK, now=now
    )
    made_version = forms_templates.publish(key="application", note="用紙の変更", actor=CLERK, now=now)
    assert made_version.version == 2
    assert text_of(pdf_of(record)) == before
    assert "交付申請書（新）" in text_of(pdf_of(made(add_card(reference="NEW000001"))))
    with pytest.raises(forms_templates.NoDraft):
        forms_templates.publish(key="application", note="", actor=CLERK, now=now)
    with pytest.raises(forms_templates.LayoutRefused):
        forms_templates.keep_draft(
            key="application", numbers={"name": {"x": 205.0}}, texts=[], shift=(0, 0), actor=CLERK, now=now
        )


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"x" * (1 << 20) + b"x"]
)
def test_what_is_no_picture_of_a_signature_is_refused(content: bytes) -> None:
    with pytest.raises(forms_signing.BadSignature):
        forms_signing.clean(content)


def test_an_empty_sheet_is_no_signature_and_one_version_is_signed_once() -> None:
    blank = io.BytesIO()
    Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(blank, "PNG")
    with pytest.raises(forms_signing.EmptySignature):
        forms_signing.clean(blank.getvalue())
    version = forms_records.version_of(record=made(add_card()))
    forms_signing.sign(version=version, content=picture(), actor=CLERK, now=clock.now())
    with pytest.raises(forms_signing.AlreadySigned):
        forms_signing.sign(version=version, content=picture(), actor=CLERK, now=clock.now())


def test_nobody_prints_what_their_role_keeps_back() -> None:
    card = add_card()
    record = made(card)
    eyes = Eyes(masks={NAME: 1})
    with pytest.raises(FormIsMasked):
        facts_for(card_id=card, chip={}, eyes=eyes, now=clock.now())
    with pytest.raises(FormIsMasked):
        forms_records.find(record_id=record.id, eyes=eyes)
    Card.objects.filter(id=card).update(site="22222222-2222-4222-8222-222222222222")
    with pytest.raises(forms_records.FormNotFound):
        forms_records.find(record_id=record.id, eyes=Eyes(places=frozenset()))


def test_a_field_that_is_far_too_long_is_refused() -> None:
    card = add_card()
    template, filled = fill(card, phone="0" * 201)
    assert isinstance(filled, FilledForm)
    with pytest.raises(forms_records.TooLong):
        forms_records.make(template=template, card_id=card, filled=filled, actor=CLERK, now=clock.now())


@pytest.mark.req("FUJ-05")
def test_a_renewal_is_applied_for_without_a_word_written(clerk: Client) -> None:
    card = add_card()
    Card.objects.filter(id=card).update(kind="renewal")
    address = f"/cards/forms/card/{card}/application/"
    assert clerk.get(address).status_code == 200
    chip = {f"chip_{name}": text for name, text in CHIP.items()}
    shown = clerk.post(address, {**chip, "do": "refill"})
    assert shown.status_code == 200
    assert shown.context["filled"].by_hand == shown.context["filled"].typed == 0
    answer = clerk.post(address, {**chip, "do": "save"})
    record = FormRecord.objects.get(card=card)
    assert answer.url == f"/cards/forms/{record.id}/"  # type: ignore[attr-defined]
    assert (record.typed, record.by_hand) == (0, 0)
    seen = forms_records.opened(forms_records.version_of(record=record)).fields
    assert {each.name: each.shown for each in seen}["reason"] == "更新"
    page = clerk.get(answer.url)  # type: ignore[attr-defined]
    assert "見本 花子" in page.content.decode()
    assert AuditEntry.objects.filter(action="card_management.form_made").count() == 1


def test_a_form_is_typed_corrected_signed_and_printed_by_pages(clerk: Client) -> None:
    card = add_card()
    address = f"/cards/forms/card/{card}/pin/"
    answer = clerk.post(address, {"f-sex": "female", "f-signing": "yes", "do": "save"})
    record = FormRecord.objects.get(card=card)
    assert (record.key, record.typed, record.by_hand) == ("pin", 2, 0)
    own = answer.url  # type: ignore[attr-defined]
    refused = clerk.post(f"{own}correct/", {"f-sex": "female", "do": "save", "reason": " "})
    assert refused.status_code == 422
    clerk.post(f"{own}correct/", {"f-sex": "female", "do": "save", "reason": "対象の誤り"})
    record.refresh_from_db()
    assert (record.latest, record.typed) == (2, 1)
    assert "変更あり" in clerk.get(f"{own}compare/").content.decode()
    upload = SimpleUploadedFile("signature.png", picture(), content_type="image/png")
    assert clerk.post(f"{own}sign/", {"picture": upload}).status_code == 302
    assert clerk.get(f"{own}signature/")["Content-Type"] == "image/png"
    assert clerk.get(f"{own}signature/?version=1").status_code == 404
    assert clerk.get(f"{own}?version=9").status_code == 404
    assert clerk.get(f"{own}?version=x").status_code == 404
    wrong = SimpleUploadedFile("signature.png", b"no picture", content_type="image/png")
    assert clerk.post(f"{own}sign/", {"picture": wrong}).status_code == 422
    paper = clerk.get(f"{own}paper/?as=sheet")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"] == inline_pdf(b"", name="form-2")["Content-Disposition"]
    assert clerk.get(f"{own}file/?as=csv")["Content-Type"].startswith("text/csv")
    assert json.loads(clerk.get(f"{own}file/").content)["version"] == 2
    assert "申請書の一覧" in clerk.get("/cards/forms/").content.decode()


def test_a_letter_is_no_form_and_an_unknown_form_is_not_there(clerk: Client) -> None:
    assert clerk.get("/cards/forms/new/notice/").status_code == 404
    assert clerk.get("/cards/forms/new/nothing/").status_code == 404
    assert clerk.get("/cards/forms/new/lost/").status_code == 200


def test_an_administrator_moves_a_field_looks_and_makes_a_version(home: City) -> None:
    client = client_of(home, "city_admin")
    page = client.get("/cards/forms/layouts/application/")
    values = {field.html_name: field.value() or "" for field in page.context["form"]}
    bad = client.post("/cards/forms/layouts/application/", values | {"name-x": "209"})
    assert bad.status_code == 422
    assert client.post("/cards/forms/layouts/application/", values | {"name-x": "61.5"}).status_code == 302
    preview = client.get("/cards/forms/layouts/application/preview/?field=name")
    assert Image.open(io.BytesIO(preview.content)).size == (794, 1123)
    assert client.get("/cards/forms/layouts/application/sample/?as=sheet").content.startswith(b"%PDF")
    client.post("/cards/forms/layouts/application/version/", {"do": "publish", "note": "右へ"})
    shown = client.get("/cards/forms/layouts/application/compare/").content.decode()
    assert "61.5" in shown
    client.post("/cards/forms/layouts/application/version/", {"do": "take_up", "version": "1"})
    assert forms_templates.draft(key="application") is not None
    client.post("/cards/forms/layouts/application/version/", {"do": "drop"})
    assert forms_templates.draft(key="application") is None
