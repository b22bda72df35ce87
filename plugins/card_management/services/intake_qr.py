"""Take the codes of a list in, one reading after another: nothing twice, nothing half, nobody for another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.formats import production_data
from plugins.card_management.formats.card_rows import (
    ADDRESS,
    ALPHABET,
    APPLICATION,
    BATCH,
    BORN_ON,
    COMMON_NAME,
    KANA,
    KIND,
    NUMBER,
    PERSON,
    POSTCODE,
    SEX,
    CardRow,
)
from plugins.card_management.models import Card
from plugins.card_management.models.intake import QrList, QrProfileVersion, QrReading
from plugins.card_management.rules.qr_text import QrLayout, Scan, Unread, missing_pages, read_scan
from plugins.card_management.services import intake_arriving
from plugins.card_management.services.indexes import CardIndexes
from plugins.card_management.services.intake_writing import ReadingWriter

UNDO: Final = "card_management.qr_reading"
OBJECT: Final = "card_management.card"
COLUMNS: Final = {
    "number": NUMBER, "name": PERSON, "kana": KANA, "born": BORN_ON, "postcode": POSTCODE, "address": ADDRESS,
    "sex": SEX, "kind": KIND, "alphabet": ALPHABET, "common": COMMON_NAME, "application": APPLICATION,
    "batch": BATCH,
}  # fmt: skip
NAMELESS: Final = gettext_lazy("（氏名なし）")
REASONS: Final = {
    "empty": gettext_lazy("何も読み取れていません。もう一度読み取ってください。"),
    "long": gettext_lazy("読み取った文字が長すぎます。QRコードを1つずつ読み取ってください。"),
    "input_method": gettext_lazy(
        "日本語入力（IME）が入っています。「半角/全角」キーで切ってから、もう一度読み取ってください。"
    ),
    "cut": gettext_lazy("途中で切れています。QRコード全体が入るように、もう一度読み取ってください。"),
    "slow": gettext_lazy(
        "QRの定義（正規表現）に時間がかかりすぎるため、読むのをやめました。定義を直すよう、管理者に伝えてください。"
    ),
    "other": gettext_lazy("交付対象者一覧のQRコードではありません。読み取る紙とQRの定義を確かめてください。"),
}


_NOBODY: Final = CardRow("", "", "", "", "", "", "", date.min)


class ReadingGone(MovedOn):
    """The cards of a reading were touched since, or it was taken back already."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a code, and the cards that are there under their number."""

    row: CardRow
    card: UUID | None = None
    namesakes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one reading: done, asked, or refused; ``tone`` is what is heard."""

    kind: str
    sentence: str
    tone: str
    people: tuple[Person, ...] = ()
    reading: UUID | None = None
    new: int = 0
    known: int = 0


@dataclass(slots=True)
class _Taking:
    """One reading on its way."""

    scan: Scan
    version: QrProfileVersion
    index: bytes
    actor: Actor
    now: datetime
    door: str
    people: list[Person] = field(default_factory=list)


def take(*, text: str, door: str, is_confirmed: bool, actor: Actor, now: datetime) -> Outcome:
    """Take one code in: a second reading, a broken one and an unknown one change nothing."""
    found = read_scan(text=text, layouts=_layouts())
    if isinstance(found, Unread):
        return Outcome("refused", str(REASONS[found.reason]), "error")
    version, scan = found
    writer = ReadingWriter(import_id=uuid4(), now=now)
    writer.begin()
    index = vault.blind_index(value=scan.text, purpose="card.qr_reading")
    taking = _Taking(scan, version, index, actor, now, door)
    refused = _twice(taking) or _parse(taking)
    if refused is not None:
        return refused
    _compare(taking)
    if not is_confirmed and any(person.namesakes and person.card is None for person in taking.people):
        sentence = _("同じ番号で、生年月日が違う方のカードがすでにあります。別の方か確かめてください。")
        return Outcome("asked", sentence, "warn", tuple(taking.people))
    return _write(taking, writer)


def _layouts() -> list[tuple[QrProfileVersion, QrLayout]]:
    versions = QrProfileVersion.objects.select_related("profile").filter(profile__is_active=True)
    newest = [each for each in versions.order_by("profile__name") if each.number == each.profile.version]
    return [(each, QrLayout.from_json(each.layout)) for each in newest]


def _twice(taking: _Taking) -> Outcome | None:
    earlier = QrReading.objects.filter(content_index=taking.index).first()
    if earlier is None and taking.scan.pages:
        earlier = QrReading.objects.filter(
            qr_list__name_index=_list_index(taking.scan), page=taking.scan.page
        ).first()
        if earlier is not None:
            sentence = _(
                "この一覧の%(page)dページ目は、%(when)sに%(name)sが別の内容で読み取っています。"
                "一覧が作り直されていないか確かめてください。何も変わっていません。"
            )
            return _refused(sentence, earlier)
    if earlier is None:
        return None
    return _refused(
        _("このQRコードは読み取り済みです（%(when)s、%(name)s）。何も変わっていません。"), earlier
    )


def _refused(sentence: str, earlier: QrReading) -> Outcome:
    local = clock.local(earlier.read_at)
    values = {
        "page": earlier.page,
        "when": f"{local.month}月{local.day}日 {local.hour}:{local.minute:02}",
        "name": earlier.read_by_name or "—",
    }
    people = tuple(Person(_NOBODY, card) for card in earlier.cards)
    return Outcome("twice", sentence % values, "error", people, earlier.id)


def _parse(taking: _Taking) -> Outcome | None:
    rows, trouble = _rows(taking.scan, clock.local(taking.now).date())
    if trouble is not None:
        sentence = _("%(place)d人目の「%(column)s」：%(message)s 何も登録していません。")
        return Outcome("refused", sentence % trouble, "error")
    taking.people = [Person(row) for row in rows]
    keys = [(row.reference, row.born_key) for row in rows]
    if len(set(keys)) < len(keys):
        return Outcome("refused", _("同じ方が1つのQRコードに2度あります。何も登録していません。"), "error")
    return None


def trouble_in(*, scan: Scan, today: date) -> tuple[str, str]:
    """Tell the column and what is wrong with the first person who could not be registered."""
    trouble = _rows(scan, today)[1]
    if trouble is None:
        return "", ""
    return trouble["column"], _("%(place)d人目の「%(column)s」：%(message)s") % trouble


def _rows(scan: Scan, today: date) -> tuple[list[CardRow], dict[str, Any] | None]:
    columns = (*production_data.COLUMNS, *production_data.OPTIONAL)
    parse: Callable[[Sequence[str]], Any] = production_data.open_parser(today=today)
    rows: list[CardRow] = []
    for place, record in enumerate(scan.records, 1):
        cells = _cells(record)
        row = parse([cells.get(column, "") for column in columns])
        if isinstance(row, RowProblem):
            return rows, {"place": place, "column": row.column, "message": row.message}
        rows.append(row)
    return rows, None


def _cells(record: Mapping[str, str]) -> dict[str, str]:
    cells = {COLUMNS[name]: text for name, text in record.items()}
    if not cells.get(PERSON, ""):
        cells[PERSON] = cells.get(KANA, "") or str(NAMELESS)
    return cells


def _compare(taking: _Taking) -> None:
    indexes = CardIndexes.of_city()
    compared = []
    for person in taking.people:
        reference = indexes.reference(person.row.reference)
        whole = indexes.person(f"{person.row.reference}|{person.row.born_key}")
        cards = Card.objects.filter(reference_index=reference).values_list("id", "person_index")
        own = next((card for card, index in cards if bytes(index) == whole), None)
        others = tuple(card for card, index in cards if bytes(index) != whole)
        compared.append(Person(person.row, own, others))
    taking.people = compared


def _write(taking: _Taking, writer: ReadingWriter) -> Outcome:
    fresh = [person for person in taking.people if person.card is None]
    known = [person.card for person in taking.people if person.card is not None]
    if fresh:
        writer.write([(place, person.row) for place, person in enumerate(fresh, 1)])
    intake_arriving.receive_by(cards=known, actor=taking.actor, now=taking.now)
    _compare(taking)
    cards = [person.card for person in taking.people if person.card is not None]
    reading = QrReading.objects.create(
        id=writer.import_id,
        content_index=taking.index,
        version=taking.version,
        qr_list=_list_of(taking),
        page=taking.scan.page,
        door=taking.door,
        new=len(fresh),
        known=len(known),
        cards=cards,
        read_by_id=taking.actor.id,
        read_by_name=taking.actor.name,
        read_at=taking.now,
    )
    audit.record(
        actor=taking.actor,
        action="card_management.qr_read",
        object_type=OBJECT,
        object_ids=[str(card) for card in cards],
        details={"new": len(fresh), "known": len(known), "page": taking.scan.page},
        now=taking.now,
    )
    sentence = _("%(new)d人を登録しました。") % {"new": len(fresh)}
    if known:
        sentence += _("%(known)d人はすでに登録されています。") % {"known": len(known)}
    tone = "ok" if fresh else "warn"
    return Outcome("done", sentence, tone, tuple(taking.people), reading.id, len(fresh), len(known))


def _list_of(taking: _Taking) -> QrList | None:
    scan = taking.scan
    if not scan.pages:
        return None
    found, _is_new = QrList.objects.get_or_create(
        name_index=_list_index(scan),
        defaults={
            "name": scan.list_name[:60],
            "pages": scan.pages,
            "started_at": taking.now,
            "started_by_name": taking.actor.name,
        },
    )
    return found


def _list_index(scan: Scan) -> bytes:
    return vault.blind_index(value=f"{scan.list_name}|{scan.pages}", purpose="card.qr_list")


def pages_left(*, qr_list: QrList) -> tuple[int, ...]:
    """Name the pages of a list that were not read yet."""
    read = qr_list.readings.values_list("page", flat=True)
    return missing_pages(pages=qr_list.pages, read=list(read))


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Forget readings and the cards that they brought, all or none, as long as nobody has touched them.

    Raises ReadingGone.
    """
    for reading in reversed(values["readings"]):
        _forget(UUID(str(reading)), actor, now)


def _forget(reading_id: UUID, actor: Actor, now: datetime) -> None:
    reading = QrReading.objects.select_for_update().filter(id=reading_id).first()
    if reading is None:
        raise ReadingGone()
    writer = ReadingWriter(import_id=reading.id, now=now)
    writer.begin()
    removed = writer.undo()
    if removed < reading.new:
        # The caller's savepoint brings back what went.
        raise ReadingGone()
    qr_list = reading.qr_list
    audit.record(
        actor=actor,
        action="card_management.qr_taken_back",
        object_type=OBJECT,
        object_ids=[str(card) for card in reading.cards],
        details={"removed": removed},
        now=now,
    )
    reading.delete()
    if qr_list is not None and not qr_list.readings.exists():
        qr_list.delete()
