"""What two people type is compared; what is wrong stops a batch; what is black is gone."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.storage import storages
from PIL import Image

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences.models import Preference
from madoguchi.tenancy import City
from plugins.card_management.models.scans import ScanBatch, ScanDocument
from plugins.card_management.queries import scans as queries
from plugins.card_management.queries import scans_work as work_queries
from plugins.card_management.queries.scans import Documents
from plugins.card_management.services import scans_masking, scans_mending, scans_store, scans_typing
from plugins.card_management.tests import paper
from plugins.card_management.tests.intake import client_of
from plugins.card_management.tests.scans import FIRST, HANAKO, SECOND, documents, pages, scanned

pytestmark = pytest.mark.django_db


def check(percent: int) -> None:
    """Choose how many documents a second person types."""
    Preference.objects.create(
        plugin="card_management",
        chosen={"scans_check_percent": percent},
        changed_at=clock.now(),
        changed_by="",
    )


def type_in(document: UUID, seen: str, actor: Actor = FIRST, **changes: str) -> str:
    return scans_typing.type_document(
        document_id=document, seen=seen, values={**HANAKO, **changes}, actor=actor, now=clock.now()
    )


def found(**wanted: str) -> list[str]:
    rows = Documents(wanted=wanted, eyes=EVERYTHING)
    return [row.name for row in rows.piece(first=0, count=50)]


def test_a_typed_document_is_found_by_number_reading_surname_birth_date_and_day(home: City) -> None:
    check(0)
    first, second = documents(scanned(paper.form(), paper.form(lines=3), pages_each=1))
    assert type_in(first.id, "blank") == "done"
    type_in(
        second.id, "blank", number="ABC123457", name="例示 次郎", kana="レイジ ジロウ", born_on="1957-04-01"
    )
    assert found(number="ａｂｃ-123456") == ["見本 花子"]
    assert found(kana="みほん") == found(kana="ミホン ハナコ") == found(kana="ﾐﾎﾝﾊﾅｺ") == ["見本 花子"]
    assert found(kana="ミホ") == []
    assert found(born_on="S63.2.29") == ["見本 花子"]
    assert found(born_on="rubbish") == []
    assert sorted(found(**{"from": "2026-04-01", "until": "2026-04-01"})) == ["例示 次郎", "見本 花子"]
    assert found(**{"from": "2026-04-02"}) == []
    assert ScanBatch.objects.get().state == ScanBatch.State.DONE


def test_two_people_who_agree_finish_a_document_and_nobody_is_their_own_second(home: City) -> None:
    check(100)
    (document,) = documents(scanned(paper.form()))
    assert type_in(document.id, "blank") == "entered"
    with pytest.raises(scans_typing.SamePerson):
        type_in(document.id, "entered")
    assert work_queries.next_to_type(turn="entered", actor_id=FIRST.id, sees_numbers=True) is None
    assert work_queries.next_to_type(turn="entered", actor_id=SECOND.id, sees_numbers=True) == document.id
    assert type_in(document.id, "entered", SECOND, kana="みほん　はなこ") == "done"


def test_two_people_who_differ_leave_it_to_a_third_look(home: City) -> None:
    check(100)
    (document,) = documents(scanned(paper.form()))
    type_in(document.id, "blank")
    assert type_in(document.id, "entered", SECOND, name="見本 華子") == "conflict"
    assert found(name="") == [""]
    batch = ScanBatch.objects.get()
    assert (batch.fields_checked, batch.fields_wrong) == (5, 1)
    assert type_in(document.id, "conflict", SECOND) == "done"
    assert found(number="ABC123456") == ["見本 花子"]


def test_the_remarks_of_both_are_kept(home: City) -> None:
    check(100)
    agreed, differed = documents(scanned(paper.form(), paper.form(lines=3), pages_each=1))
    for document in (agreed, differed):
        type_in(document.id, "blank", note="押印なし")
    assert type_in(agreed.id, "entered", SECOND, note="") == "done"
    assert type_in(differed.id, "entered", SECOND, name="見本 華子", note="2枚目に続く") == "conflict"
    page = client_of(home, "counter_clerk").get(f"/cards/scans/documents/{differed.id}/type/")
    assert 'value="押印なし／2枚目に続く"' in page.content.decode()
    assert queries.document(document_id=agreed.id, eyes=EVERYTHING).note == "押印なし"


def test_a_page_on_its_side_is_turned_while_it_is_typed(home: City) -> None:
    (document,) = documents(scanned(paper.form()))
    (page,) = pages(document.id)
    clerk = client_of(home, "counter_clerk")
    address = f"/cards/scans/documents/{document.id}/type/"
    assert f"/cards/scans/pages/{page.id}/change/" in clerk.get(address).content.decode()
    answer = clerk.post(f"/cards/scans/pages/{page.id}/change/", {"do": "turn", "back": "type"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    page.refresh_from_db()
    assert page.turned


def test_whoever_comes_second_to_an_open_page_is_told(home: City) -> None:
    check(0)
    (document,) = documents(scanned(paper.form()))
    type_in(document.id, "blank")
    with pytest.raises(scans_typing.TypedMeanwhile):
        type_in(document.id, "blank", SECOND)


def test_too_many_errors_ask_for_a_second_look_at_everything(home: City) -> None:
    check(0)
    batch = scanned(*[paper.form(lines=2 + each) for each in range(6)], pages_each=1)
    ScanBatch.objects.update(check_percent=50)
    sampled, rest = documents(batch)[:4], documents(batch)[4:]
    ScanDocument.objects.filter(id__in=[each.id for each in sampled]).update(is_sampled=True)
    for each in documents(batch):
        type_in(each.id, "blank")
    for each in sampled:
        type_in(each.id, "entered", SECOND, number="XYZ999999", name="別人", kana="ベツジン")
    batch.refresh_from_db()
    assert batch.state == ScanBatch.State.STOPPED
    assert {each.state for each in ScanDocument.objects.filter(id__in=[one.id for one in rest])} == {
        "entered"
    }
    assert AuditEntry.objects.filter(action="card_management.scan_stopped").count() == 1


def test_a_wrong_index_goes_to_the_quality_queue_and_comes_back_corrected(home: City) -> None:
    check(0)
    (document,) = documents(scanned(paper.form()))
    type_in(document.id, "blank", name="まちがい")
    scans_mending.report(document_id=document.id, trouble="wrong_index", actor=SECOND, now=clock.now())
    assert [each.id for each in work_queries.doubted_documents(eyes=EVERYTHING)] == [document.id]
    type_in(document.id, "done")
    assert not work_queries.doubted_documents(eyes=EVERYTHING)
    assert found(number="ABC123456") == ["見本 花子"]
    assert [turn for turn, _name, _at in queries.history(document_id=document.id)] == [1, 2]


def test_a_document_is_cut_and_joined_again(home: City) -> None:
    (document,) = documents(scanned(paper.form(), paper.form(lines=3), paper.form(lines=4)))
    second = pages(document.id)[1]
    new = scans_mending.split(page_id=second.id, actor=FIRST, now=clock.now())
    assert ([len(pages(document.id)), len(pages(new.id))], [p.position for p in pages(new.id)]) == (
        [1, 2],
        [1, 2],
    )
    with pytest.raises(scans_mending.NothingToCut):
        scans_mending.split(page_id=pages(document.id)[0].id, actor=FIRST, now=clock.now())
    joined = scans_mending.join(document_id=new.id, actor=FIRST, now=clock.now())
    assert joined.id == document.id
    assert [page.sheet for page in pages(document.id)] == [1, 2, 3]
    with pytest.raises(scans_mending.NothingToCut):
        scans_mending.join(document_id=document.id, actor=FIRST, now=clock.now())


def test_a_page_turns_round_in_four_steps(home: City) -> None:
    (document,) = documents(scanned(paper.form()))
    page = pages(document.id)[0]
    turned = [scans_mending.turn(page_id=page.id, actor=FIRST, now=clock.now()).turned for _each in range(4)]
    assert turned == [90, 180, 270, 0]


def test_only_empty_and_unreadable_pages_are_taken_out(home: City) -> None:
    (document,) = documents(scanned(paper.form()))
    with pytest.raises(scans_mending.StillAPage):
        scans_mending.remove_page(page_id=pages(document.id)[0].id, actor=FIRST, now=clock.now())


def test_what_is_blackened_is_gone_with_its_key(home: City, django_capture_on_commit_callbacks: Any) -> None:
    (document,) = documents(scanned(paper.form(words=paper.LIKE_A_MY_NUMBER), kind="application"))
    page = pages(document.id)[0]
    before = queries.key_of(page_id=page.id)
    file = Path(settings.MEDIA_ROOT) / str(home.uuid) / page.stored_as
    with django_capture_on_commit_callbacks(execute=True):
        scans_masking.mask(page_id=page.id, box=(0.0, 0.1, 1.0, 0.9), actor=FIRST, now=clock.now())
    assert not file.exists()
    after = queries.key_of(page_id=page.id)
    assert after.key != before.key
    picture = scans_store.fetch(after)
    with Image.open(io.BytesIO(picture)) as drawn:
        assert drawn.convert("L").getpixel((620, 877)) == 0
    assert not storages["scans"].exists(before.name)
    assert queries.page(page_id=page.id, eyes=EVERYTHING).is_hidden
    scans_masking.clear(page_id=page.id, actor=FIRST, now=clock.now())
    assert queries.page(page_id=page.id, eyes=EVERYTHING).numbers == "masked"


@pytest.mark.parametrize("box", [(0.5, 0.5, 0.5, 0.5), (-0.1, 0, 1, 1), (0, 0, 1, 1.2)])
def test_a_box_that_is_none_blackens_nothing(home: City, box: tuple[float, float, float, float]) -> None:
    (document,) = documents(scanned(paper.form(), kind="application"))
    page = pages(document.id)[0]
    with pytest.raises(scans_masking.NoBox):
        scans_masking.mask(page_id=page.id, box=box, actor=FIRST, now=clock.now())
