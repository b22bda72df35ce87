"""Files that wait to be taken in and name a person, and how long the record of a file stays."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import pieces
from madoguchi.hooks.contracts.people import HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.web.dates import full_date

TABLE: Final = "exchange_importjob"


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the files that wait and hold what the person gave; no row of them is one record yet."""
    words = [_plain(word) for word in (wanted.reference, wanted.kana, wanted.email) if _plain(word)]
    waiting = ImportJob.objects.filter(pieces__isnull=False).distinct().order_by("uploaded_at", "id")
    return [_record(job) for job in waiting if words and _holds(job, words)]


def _holds(job: ImportJob, words: Iterable[str]) -> bool:
    with pieces.open_stream(import_id=job.id) as stream:
        text = _plain(stream.read().decode(job.encoding or "utf-8", errors="replace"))
    return any(word in text for word in words)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().replace(" ", "")


def _record(job: ImportJob) -> HeldRecord:
    facts = (
        (_("ファイル名"), job.file_name),
        (_("受け取った日"), full_date(clock.local(job.uploaded_at).date())),
        (_("担当"), job.uploaded_by_name or "—"),
    )
    return HeldRecord(
        key=f"{TABLE}:{job.id}",
        label=_("取り込む前のファイル"),
        title=job.file_name,
        facts=facts,
        since=job.uploaded_at,
        is_certain=False,
        obstacle=_("ほかの人のデータも入っています。「取込」で取り込むか破棄してください。"),
    )


def _over(before: date) -> "QuerySet[ImportJob]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    return ImportJob.objects.filter(uploaded_at__lt=start, pieces__isnull=True)


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the records of files that were brought in before a day."""
    return _over(before).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such records, the oldest first; what was taken in stays."""
    oldest = list(_over(before).order_by("uploaded_at", "id").values_list("id", flat=True)[:limit])
    ImportJob.objects.filter(id__in=oldest).delete()
    return len(oldest)


def classes() -> Iterator[DataClass]:
    """Declare how long the records of files stay."""
    yield DataClass(
        name="exchange.imports",
        label=gettext_lazy("取込の記録"),
        since=gettext_lazy("ファイルを受け取った日"),
        effect=gettext_lazy("ファイル名・件数・行ごとの注意を消します。取り込んだデータは消えません。"),
        tables=("exchange_importjob", "exchange_importpiece"),
        default_months=12,
        count=count_due,
        erase=erase_due,
        order=150,
    )
