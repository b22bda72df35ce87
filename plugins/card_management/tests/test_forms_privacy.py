"""What forms and letters hold about somebody is found, kept for its time, and gone after."""

from datetime import timedelta
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.people import PersonWanted
from plugins.card_management.models.forms import FormRecord, FormVersion, LetterLine, LetterPiece, LetterRun
from plugins.card_management.rules.forms_filling import fill_form
from plugins.card_management.services import forms_privacy, forms_records, forms_templates
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.test_forms_letters import CLERK, printed
from plugins.card_management.tests.test_forms_records import made

pytestmark = pytest.mark.django_db


def known(card: UUID, *, kana: str = "") -> list[str]:
    wanted = PersonWanted(keys=frozenset({f"pickup:{card}"}), kana=kana)
    return sorted(record.label for record in forms_privacy.held_about(wanted))


def without_card(kana: str) -> FormRecord:
    now = clock.now()
    template = forms_templates.current(key="lost", now=now)
    layout = forms_templates.layout_of(template)
    filled = fill_form(layout=layout, facts={}, given={"kana": kana}, chosen={})
    return forms_records.make(template=template, card_id=None, filled=filled, actor=CLERK, now=now)


def test_forms_and_letters_are_found_with_the_card_and_a_form_without_one_by_its_reading() -> None:
    card, other = add_card(), add_card(reference="OTH000001", born_on="1970-01-02")
    made(card)
    printed(card, other)
    without_card("ミホン ハナコ")
    assert known(card) == ["申請書", "通知の印刷の記録"]
    assert known(card, kana="ミホン　ハナコ") == ["申請書", "申請書", "通知の印刷の記録"]
    assert known(other) == ["通知の印刷の記録"]


def test_erasing_one_person_leaves_the_others_and_no_paper_that_names_them_all() -> None:
    card, other = add_card(), add_card(reference="OTH000001", born_on="1970-01-02")
    record = made(card)
    run = printed(card, other)
    keys = tuple(
        each.key for each in forms_privacy.held_about(PersonWanted(keys=frozenset({f"pickup:{card}"})))
    )
    erased = forms_privacy.erase_held(keys, clock.now())
    assert [each.rows for each in erased] == [1, 1]
    assert erased[0].ids == {str(record.id)}
    assert not FormVersion.objects.exists()
    assert list(LetterLine.objects.filter(run=run).values_list("card_id", flat=True)) == [other]
    assert not LetterPiece.objects.exists()


def test_forms_and_jobs_are_erased_after_their_time_unless_held() -> None:
    card, held = add_card(), add_card(reference="HLD000001", born_on="1970-01-02")
    made(card)
    made(held)
    printed(card)
    printed(held)
    later, hold = clock.today() + timedelta(days=1), frozenset({str(held)})
    forms, letters = forms_privacy.DATA_CLASSES
    assert (forms.count(before=later, held=hold), letters.count(before=later, held=hold)) == (1, 1)
    assert forms.count(before=clock.today(), held=frozenset()) == 0
    assert forms.erase(before=later, held=hold, limit=10) == 1
    assert letters.erase(before=later, held=hold, limit=10) == 1
    assert FormRecord.objects.get().card_id == held
    assert LetterRun.objects.get().lines.get().card_id == held


def test_a_form_without_a_card_is_never_held_by_a_number() -> None:
    without_card("ミホン タロウ")
    forms, _letters = forms_privacy.DATA_CLASSES
    hold = frozenset({str(add_card())})
    assert forms.count(before=clock.today() + timedelta(days=1), held=hold) == 1
