"""Notices, envelopes and labels: printed, left out, noted as sent, taken back, read by machines."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from madoguchi.web.dates import long_era_date
from plugins.card_management.models import Card, CardChange
from plugins.card_management.models.forms import LetterLine, LetterPiece, LetterRun
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.forms_numbers import bars, letter_number
from plugins.card_management.services import codes, facts, forms_letters, handover_overrides, shelves_radar
from plugins.card_management.services.forms_facts import FormIsMasked
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.test_pages import client_of

pytestmark = pytest.mark.django_db
CLERK = Actor(kind="staff", id="11111111-1111-4111-8111-111111111111", name="窓口 太郎")
DOTS = 200 / 72


@pytest.fixture
def clerk(home: City) -> Client:
    """A clerk at the counter."""
    return client_of(home, "counter_clerk")


def printed(*cards: UUID, key: str = "notice", eyes: Eyes = EVERYTHING, **wishes: Any) -> LetterRun:
    now = clock.now()
    order = LetterOrder(key=key, cards=cards, **wishes)
    run = forms_letters.start(order=order, eyes=eyes, actor=CLERK, now=now)
    return forms_letters.carry_out(run_id=run.id, actor=CLERK, now=now, tell=lambda done, total: None)


def pdf_of(run: LetterRun) -> bytes:
    return forms_letters.read(run_id=run.id, eyes=EVERYTHING, actor=CLERK, now=clock.now())


def codes_on(pdf: bytes) -> list[list[str]]:
    """Read every code of every page as a scanner would."""
    pages = pypdfium2.PdfDocument(pdf)
    return [
        sorted(code.text for code in zxingcpp.read_barcodes(page.render(scale=DOTS).to_pil()))
        for page in pages
    ]


def add_cards(count: int) -> list[UUID]:
    return [
        add_card(
            reference=f"LTR{number:06}", postcode=f"{8300000 + number}", born_on=f"19{60 + number % 30}-03-04"
        )
        for number in range(count)
    ]


def test_every_letter_is_read_back_by_machines() -> None:
    cards = add_cards(3)
    run = printed(*cards)
    pages = codes_on(pdf_of(run))
    lines = {line.card_id: line for line in run.lines.all()}
    wanted = []
    for number, card in enumerate(cards):
        assert lines[card].position == number + 1
        wanted.append({bars(letter_number(lines[card].id)), f"LTR{number:06}"})
    assert len(pages) == 3
    for found, codes_of_letter in zip(pages, wanted, strict=True):
        assert codes_of_letter <= set(found)
        # The third is the address of the residents' page.
        assert len(found) == 3
    text = PdfReader(io.BytesIO(pdf_of(run))).pages[0].extract_text()
    assert "見本 花子" in text
    assert "830-0000" in text


def test_the_bars_of_a_letter_lead_to_its_card() -> None:
    (card,) = add_cards(1)
    line = printed(card).lines.get()
    assert codes.cards_of_code(code=bars(letter_number(line.id))) == [card]
    assert codes.cards_of_code(code=letter_number(line.id + 1)) == []


def test_who_must_not_be_written_to_is_left_out_with_a_reason() -> None:
    moved, gone, soon, fine = add_cards(4)
    Card.objects.filter(id=moved).update(flags=["moved_out", "name_changed"])
    Card.objects.filter(id=gone).update(state="disposed")
    Card.objects.filter(id=soon).update(flags=["stay_ends_soon"])
    long = add_card(reference="LNG000001", name="見本" * 50)
    run = printed(moved, gone, soon, fine, long, notes_sending=True)
    reasons = {line.card_id: line.reasons for line in run.lines.filter(outcome="left_out")}
    assert reasons == {moved: ["moved_out", "name_changed"], gone: ["state"], long: ["too_long"]}
    assert (run.printed, run.left_out) == (2, 3)
    assert set(Card.objects.filter(notice_sent_on=clock.today()).values_list("id", flat=True)) == {soon, fine}
    assert "LTR000000" not in "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(run))).pages
    )
    decided = Actor(kind="staff", id=str(uuid4()), name="責任者")
    handover_overrides.override(
        card_id=moved, purpose="notice", reason="本人に確認", actor=decided, now=clock.now()
    )
    assert printed(moved).printed == 1


def test_a_sign_that_cannot_be_printed_is_told_of() -> None:
    card = add_card(name="見本\ue001子")
    run = printed(card)
    assert run.lines.get().reasons == ["rare"]
    assert run.printed == 1


def test_sending_is_noted_and_taken_back_as_it_was() -> None:
    first, second, returned = add_cards(3)
    before = clock.today() - timedelta(days=30)
    Card.objects.filter(id=second).update(notice_sent_on=before)
    Card.objects.filter(id=returned).update(
        notice_sent_on=before, notice_returned_on=before + timedelta(days=7)
    )
    run = printed(first, second, returned, notes_sending=True)
    today = clock.today()

    def days() -> list[tuple[date | None, date | None]]:
        known = Card.objects.in_bulk([first, second, returned])
        return [
            (known[card].notice_sent_on, known[card].notice_resent_on) for card in (first, second, returned)
        ]

    assert days() == [(today, None), (today, None), (before, today)]
    assert CardChange.objects.filter(card=returned, fact="notice_resent_on").count() == 1
    Card.objects.filter(id=first).update(notice_sent_on=before)
    assert forms_letters.undo(run_id=run.id, eyes=EVERYTHING, actor=CLERK, now=clock.now()) == (2, 1)
    assert days() == [(before, None), (before, None), (before, None)]
    with pytest.raises(forms_letters.NothingToUndo):
        forms_letters.undo(run_id=run.id, eyes=EVERYTHING, actor=CLERK, now=clock.now())
    with pytest.raises(forms_letters.NotReady):
        pdf_of(run)
    assert AuditEntry.objects.filter(action="card_management.letters_undone").count() == 1


def test_the_deadline_on_a_letter_is_the_one_that_the_radar_will_count() -> None:
    fresh, returned, by_hand, unsent = add_cards(4)
    today = clock.today()
    sent, kept = today - timedelta(days=40), today + timedelta(days=200)
    Card.objects.filter(id=returned).update(notice_sent_on=sent, notice_returned_on=sent + timedelta(days=9))
    facts.change(card_id=by_hand, fact=Fact.DEADLINE_ON, value=kept, actor=CLERK, now=clock.now())
    run = printed(fresh, returned, by_hand, notes_sending=True)
    shelves_radar.refresh_deadlines()
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(run))).pages]
    lines = {line.card_id: line.position for line in run.lines.all()}
    for card, until in Card.objects.filter(id__in=lines).values_list("id", "deadline_on"):
        assert until is not None
        assert long_era_date(until) in pages[lines[card] - 1]
    assert Card.objects.get(id=by_hand).deadline_on == kept
    bare = PdfReader(io.BytesIO(pdf_of(printed(unsent)))).pages[0].extract_text()
    assert long_era_date(Card.objects.get(id=fresh).deadline_on or today) not in bare


def test_printing_again_changes_nothing_and_printing_without_a_note_notes_nothing() -> None:
    (card,) = add_cards(1)
    run = printed(card)
    again = forms_letters.carry_out(
        run_id=run.id, actor=CLERK, now=clock.now(), tell=lambda done, total: None
    )
    assert (again.finished_at, LetterPiece.objects.filter(run=run).count()) == (run.finished_at, 1)
    assert Card.objects.get(id=card).notice_sent_on is None
    with pytest.raises(forms_letters.NothingToUndo):
        forms_letters.undo(run_id=run.id, eyes=EVERYTHING, actor=CLERK, now=clock.now())


def test_labels_begin_where_the_sheet_was_left_and_go_on_on_the_next() -> None:
    run = printed(*add_cards(13), key="label", first_label=4)
    pages = codes_on(pdf_of(run))
    assert [len(page) for page in pages] == [9, 4]
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(run))).pages]
    assert "LTR000000" in texts[0]
    assert "LTR000009" in texts[1]


def test_many_letters_are_set_in_parts_and_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms_letters, "CHUNK", 4)
    told: list[tuple[int, int]] = []
    cards = add_cards(10)
    now = clock.now()
    run = forms_letters.start(
        order=LetterOrder(key="envelope", cards=cards), eyes=EVERYTHING, actor=CLERK, now=now
    )
    forms_letters.carry_out(
        run_id=run.id, actor=CLERK, now=now, tell=lambda done, total: told.append((done, total))
    )
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert len(codes_on(pdf_of(run))) == 10


def test_the_paper_is_sealed_and_forgotten_after_two_weeks() -> None:
    (card,) = add_cards(1)
    run = printed(card)
    assert b"%PDF" not in bytes(LetterPiece.objects.get(run=run).sealed)
    assert forms_letters.forget(now=clock.now() + timedelta(days=13)) == 0
    assert forms_letters.forget(now=clock.now() + timedelta(days=15)) == 1
    with pytest.raises(forms_letters.NotReady):
        pdf_of(run)


def test_limits_of_the_reader_hold() -> None:
    (card,) = add_cards(1)
    Card.objects.filter(id=card).update(site="22222222-2222-4222-8222-222222222222")
    with pytest.raises(FormIsMasked):
        printed(card, eyes=Eyes(masks={NAME: 0}))
    run = printed(card, eyes=Eyes(places=frozenset()))
    assert run.lines.get().reasons == ["other_place"]
    whole = printed(card)
    with pytest.raises(forms_letters.NotReady):
        forms_letters.read(run_id=whole.id, eyes=Eyes(places=frozenset()), actor=CLERK, now=clock.now())
    with pytest.raises(forms_letters.NoLetters):
        printed()


def test_a_clerk_counts_prints_and_takes_back(clerk: Client) -> None:
    cards = add_cards(3)
    Card.objects.filter(id=cards[0]).update(flags=["died"])
    assert clerk.get("/cards/letters/new/?key=label").context["form"]["key"].value() == "label"
    counted = clerk.post(
        "/cards/letters/new/", {"key": "notice", "notice": "unsent", "order": "postcode", "do": "count"}
    )
    assert (counted.context["count"].cards, counted.context["count"].flagged) == (3, 1)
    wanted = {"key": "notice", "notice": "unsent", "order": "postcode", "notes_sending": "on"}
    answer = clerk.post("/cards/letters/new/", wanted)
    run = LetterRun.objects.get()
    assert answer.url == f"/cards/letters/{run.id}/"  # type: ignore[attr-defined]
    page = clerk.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "LTR000000" in page
    assert "死亡" in page
    sheet = clerk.get(f"{answer.url}paper/?as=sheet")  # type: ignore[attr-defined]
    assert sheet.content.startswith(b"%PDF")
    assert clerk.post(f"{answer.url}undo/").status_code == 302  # type: ignore[attr-defined]
    assert not Card.objects.exclude(notice_sent_on=None).exists()
    assert "取り消し済み" in clerk.get("/cards/letters/").content.decode()
    nobody = clerk.post("/cards/letters/new/", wanted | {"notice": "sent"})
    assert nobody.status_code == 422
    late = clerk.post(
        "/cards/letters/new/", wanted | {"arrived_from": "2026-11-02", "arrived_to": "2026-11-01"}
    )
    assert late.status_code == 422
    single = clerk.post(
        f"/cards/letters/card/{cards[1]}/", {"key": "label", "order": "postcode", "first_label": "3"}
    )
    assert single.status_code == 302
    assert LetterLine.objects.filter(run__key="label").count() == 1
