"""How long the record of readings stays."""

from datetime import date, datetime, time
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.values import DataClass
from plugins.card_management.models.intake import QrList, QrReading


def _over(before: date) -> "QuerySet[QrReading]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    return QrReading.objects.filter(read_at__lt=start)


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the readings from before a day."""
    return _over(before).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such readings, the oldest first, and lists of which none is left."""
    oldest = list(_over(before).order_by("read_at").values_list("id", flat=True)[:limit])
    QrReading.objects.filter(id__in=oldest).delete()
    QrList.objects.filter(readings=None).delete()
    return len(oldest)


DATA_CLASS: Final = DataClass(
    name="card_management.readings",
    label=_("QRコードの読み取りの記録"),
    since=_("読み取った日"),
    effect=_("いつ誰が読み取ったかの記録を消します。同じQRコードをもう一度読み取れるようになります。"),
    tables=("card_management_qrreading", "card_management_qrlist"),
    default_months=36,
    count=count_due,
    erase=erase_due,
    order=120,
)
