"""The classes of the ledger, which is no plugin, and of this room: delivered events and requests."""

from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.values import DataClass
from madoguchi.ledger.outbox import keeping
from madoguchi.privacy.models import PersonRequest

OVER = ("done", "closed")


def start_of(day: date) -> datetime:
    """Name the first moment of a day in Japan."""
    return datetime.combine(day, time.min, tzinfo=clock.JAPAN)


def count_events(*, before: date, held: frozenset[str]) -> int:
    """Count the delivered events and the days of the journal that are due."""
    return keeping.count(before=before)


def erase_events(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase delivered events and whole days of the journal."""
    return keeping.erase(before=before, limit=limit)


def count_requests(*, before: date, held: frozenset[str]) -> int:
    """Count the requests of people that are due."""
    return PersonRequest.objects.filter(state__in=OVER, closed_at__lt=start_of(before)).count()


def erase_requests(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase requests that are over, the oldest first."""
    due = PersonRequest.objects.filter(state__in=OVER, closed_at__lt=start_of(before)).order_by("closed_at")
    rows = list(due.values_list("pk", flat=True)[:limit])
    PersonRequest.objects.filter(pk__in=rows).delete()
    return len(rows)


DATA_CLASSES = (
    DataClass(
        name="ledger.events",
        label=_("処理の控え（予約などの出来事）"),
        since=_("届けた日"),
        effect=_("届け終わった控えと、その日の控えのファイルを消します。予約そのものは消えません。"),
        tables=("outbox_outboxevent",),
        default_months=3,
        minimum_months=1,
        law=_("障害のときに予約を復元するため、1か月は残します。"),
        count=count_events,
        erase=erase_events,
        order=800,
    ),
    DataClass(
        name="privacy.requests",
        label=_("開示・消去の請求の記録"),
        since=_("請求が終わった日"),
        effect=_(
            "受付日時・件数・担当者の記録を消します。本人についての内容は、請求が終わったときに消えています。"
        ),
        tables=("privacy_personrequest",),
        default_months=36,
        count=count_requests,
        erase=erase_requests,
        order=810,
    ),
)
