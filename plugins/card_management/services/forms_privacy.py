"""What forms and letters hold about one person, how long they are kept, and how they go."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass, TrialData
from plugins.card_management.declarations.forms import SORTS, TITLES
from plugins.card_management.models.forms import FormRecord, LetterLine, LetterRun
from plugins.card_management.rules.forms_filling import same
from plugins.card_management.services import forms_records
from plugins.card_management.services.privacy import PICKUP, find_to_hold

FORMS: Final = "card_management_formrecord"
LETTERS: Final = "card_management_letterline"
FORM_TABLES: Final = (
    "card_management_formsignature",
    "card_management_formversion",
    "card_management_formrecord",
)
LETTER_TABLES: Final = (
    "card_management_letterpiece",
    "card_management_letterline",
    "card_management_letterrun",
)
TRIAL_DATA: Final = (
    TrialData(label=gettext_lazy("申請書"), tables=FORM_TABLES),
    TrialData(label=gettext_lazy("通知の印刷の記録"), tables=LETTER_TABLES),
)


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List the forms and letters of a person: with their cards, or by the reading of their name."""
    cards = [UUID(key.removeprefix(PICKUP)) for key in wanted.keys if key.startswith(PICKUP)]
    for record in FormRecord.objects.filter(card_id__in=cards):
        yield _form(record, is_certain=True)
    if wanted.kana:
        for record in FormRecord.objects.filter(card=None):
            if _is_read(record, wanted.kana):
                yield _form(record, is_certain=False)
    for line in LetterLine.objects.filter(card_id__in=cards).select_related("run"):
        yield _letter(line)


def erase_held(records: Iterable[str], now: datetime) -> Sequence[Erased]:
    """Erase the forms and letters among these records."""
    keys = [key.rpartition(":") for key in records]
    forms = FormRecord.objects.filter(id__in=[UUID(number) for table, _c, number in keys if table == FORMS])
    lines = LetterLine.objects.filter(id__in=[int(number) for table, _c, number in keys if table == LETTERS])
    gone = frozenset(str(form) for form in forms.values_list("id", flat=True))
    count = lines.count()
    forms.delete()
    # The papers of such a run name many people: they go with the first of them who is erased.
    for run in LetterRun.objects.filter(lines__in=lines).distinct():
        run.pieces.all().delete()
    lines.delete()
    return [
        Erased(label=_("申請書"), rows=len(gone), ids=gone),
        Erased(label=_("通知の印刷の記録"), rows=count),
    ]


def _form(record: FormRecord, *, is_certain: bool) -> HeldRecord:
    seen = forms_records.opened(forms_records.version_of(record=record))
    return HeldRecord(
        key=f"{FORMS}:{record.id}",
        label=_("申請書"),
        title=str(SORTS[record.key].title),
        facts=tuple((each.label, each.shown or "—") for each in seen.fields),
        since=record.made_at.astimezone(UTC),
        is_certain=is_certain,
        erasing=_("申請書の内容・版・署名の画像をすべて消します。"),
    )


def _letter(line: LetterLine) -> HeldRecord:
    return HeldRecord(
        key=f"{LETTERS}:{line.id}",
        label=_("通知の印刷の記録"),
        title=str(TITLES[line.run.key]),
        facts=((str(_("結果")), str(line.get_outcome_display())),),
        since=line.run.made_at.astimezone(UTC),
        erasing=_("印刷の記録を消します。同じときに印刷したほかの方の記録は残ります。"),
    )


def _is_read(record: FormRecord, kana: str) -> bool:
    seen = forms_records.opened(forms_records.version_of(record=record))
    return any(each.name == "kana" and same(each.text, kana) for each in seen.fields)


def _old_forms(before: date, held: Iterable[str]) -> "QuerySet[FormRecord]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    kept = Q(card_id__in=[UUID(key) for key in held])
    return FormRecord.objects.filter(updated_at__lt=start).exclude(kept)


def _old_runs(before: date, held: Iterable[str]) -> "QuerySet[LetterRun]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    kept = LetterLine.objects.filter(card_id__in=[UUID(key) for key in held]).values("run_id")
    return LetterRun.objects.filter(made_at__lt=start).exclude(id__in=kept)


def count_forms(*, before: date, held: frozenset[str]) -> int:
    """Count the forms that were last changed before a day."""
    return _old_forms(before, held).count()


def erase_forms(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such forms with their versions and signatures, the oldest first."""
    oldest = list(_old_forms(before, held).order_by("updated_at").values_list("id", flat=True)[:limit])
    FormRecord.objects.filter(id__in=oldest).delete()
    return len(oldest)


def count_runs(*, before: date, held: frozenset[str]) -> int:
    """Count the jobs of letters that were made before a day."""
    return _old_runs(before, held).count()


def erase_runs(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such jobs with their lines, the oldest first."""
    oldest = list(_old_runs(before, held).order_by("made_at").values_list("id", flat=True)[:limit])
    LetterRun.objects.filter(id__in=oldest).delete()
    return len(oldest)


DATA_CLASSES: Final = (
    DataClass(
        name="card_management.forms",
        label=gettext_lazy("申請書の記録"),
        since=gettext_lazy("最後に直した日"),
        effect=gettext_lazy("申請書の内容・版・署名の画像を消します。印刷した紙は残ります。"),
        tables=FORM_TABLES,
        default_months=12,
        holds_by=gettext_lazy("照会番号"),
        find=find_to_hold,
        count=count_forms,
        erase=erase_forms,
        order=110,
    ),
    DataClass(
        name="card_management.letters",
        label=gettext_lazy("通知の印刷の記録"),
        since=gettext_lazy("印刷した日"),
        effect=gettext_lazy("だれに何を印刷したかの記録を消します。カードの通知書送付日は残ります。"),
        tables=LETTER_TABLES,
        default_months=24,
        holds_by=gettext_lazy("照会番号"),
        find=find_to_hold,
        count=count_runs,
        erase=erase_runs,
        order=120,
    ),
)
