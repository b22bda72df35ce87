"""Cards for the tests of every room."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from madoguchi import clock
from plugins.card_management.formats.issuance_notices import NoticeRow
from plugins.card_management.models import Card
from plugins.card_management.services.issuance_notices import NoticeWriter

HANAKO = NoticeRow(
    reference="ABC123456",
    name="見本 花子",
    kana="ミホン ハナコ",
    born_on="1988-02-29",
    postcode="8300000",
    address="福岡県久留米市テスト町1丁目1番地",
    storage="本庁A-01-001",
    arrived_on=date(2026, 11, 2),
)


def add_card(**changes: Any) -> UUID:
    """Put one card into the ledger of the current city and name it."""
    before = set(Card.objects.values_list("id", flat=True))
    NoticeWriter(import_id=uuid4(), now=clock.now()).write([(2, HANAKO._replace(**changes))])
    (added,) = set(Card.objects.values_list("id", flat=True)) - before
    return added
