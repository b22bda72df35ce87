"""The guards of an import in the words of staff, and how somebody responsible may pass one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import Invalid
from madoguchi.exchange.errors import NotNow
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.rules.guards import Counts, Limits, judge
from madoguchi.exchange.services.reading import Shape
from madoguchi.exchange.services.running import Tally, profile_layout_of
from madoguchi.hooks.values import ImportFormat
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

LONGEST_REASON: Final = 200
SENTENCES: Final = {
    "no_rows": gettext_lazy(
        "行が1件もありません。書き出しが終わっているか、対象者がいない日かを確かめてください。"
    ),
    "no_trailer": gettext_lazy(
        "終わりの行がありません。%(rows)d行目までで途中で切れています。もう一度書き出してください。"
    ),
    "announced": gettext_lazy(
        "終わりの行には%(announced)d件とありますが、%(rows)d件しか読めません。もう一度書き出してください。"
    ),
    "cut": gettext_lazy("最後の行が途中で切れています。もう一度書き出してください。"),
    "layout": gettext_lazy(
        "%(rows)d行のうち%(wrong)d行の形が合いません。別の種類のファイルか、様式が変わった可能性があります。"
    ),
    "mostly_broken": gettext_lazy(
        "%(rows)d行のうち%(wrong)d行が読めません。列がずれていないか、下の「ファイルの診断」で確かめてください。"
    ),
    "mass_change": gettext_lazy(
        "すでにある%(held)d件のうち%(changed)d件が変わります（上限%(limit)d％）。正しいファイルか確かめてください。"
    ),
    "mass_removal": gettext_lazy(
        "いまある%(known)d件のうち%(gone)d件がなくなります（上限%(limit)d％）。"
        "全件のファイルか確かめてください。"
    ),
}


class ReasonMissing(Invalid):
    """Whoever passes a guard says why."""

    code = "import_reason_missing"
    message = gettext_lazy("止まった理由を確かめ、取り込んでよい理由を入力してください（200文字まで）。")


def found(*, job: ImportJob, wanted: ImportFormat, tally: Tally, shape: Shape) -> list[dict[str, Any]]:
    """List why a checked file must not be taken in as it is."""
    layout = profile_layout_of(job=job)
    counted = tally.counted
    counts = Counts(
        rows=tally.rows,
        broken=tally.broken if layout is not None else 0,
        wrong_width=shape.wrong_width,
        new=counted.new,
        changed=counted.changed - counted.awaited,
        same=counted.same,
        gone=counted.removed,
        known=counted.known,
        announced=shape.announced,
        has_trailer=shape.has_trailer,
        is_cut=shape.is_cut,
    )
    limits = Limits(most_changed=layout.most_changed if layout else 0, most_gone=wanted.most_removed)
    return [asdict(stop) for stop in judge(counts=counts, limits=limits)]


def holds(*, job: ImportJob) -> bool:
    """Tell whether a guard keeps a file from being taken in."""
    return bool(_stops(job)) and not (job.findings or {}).get("passed")


def may_pass(*, job: ImportJob) -> bool:
    """Tell whether somebody responsible may take the file in all the same."""
    return holds(job=job) and all(stop["may_pass"] for stop in _stops(job))


def codes(*, job: ImportJob) -> list[str]:
    """Name the guards that stopped a file."""
    return [str(stop["code"]) for stop in _stops(job)]


def sentences(*, job: ImportJob) -> list[str]:
    """Say why a file was stopped, and what to do."""
    return [str(SENTENCES[stop["code"]]) % stop["values"] for stop in _stops(job)]


def passed(*, job: ImportJob) -> Mapping[str, str]:
    """Tell who took the file in all the same, and why; empty where nobody did."""
    return (job.findings or {}).get("passed") or {}


def let_pass(*, job: ImportJob, reason: str, actor: Actor, now: datetime) -> None:
    """Let a stopped file be taken in, for a reason that stays with it.

    Raises NotNow where no guard may be passed, and ReasonMissing.
    """
    plain = reason.strip()
    if job.state != ImportJob.State.CHECKED or not may_pass(job=job):
        raise NotNow(state=job.state)
    if not plain or len(plain) > LONGEST_REASON:
        raise ReasonMissing()
    job.findings = {**(job.findings or {}), "passed": {"name": actor.name, "reason": plain}}
    job.save(update_fields=["findings"])
    audit.record(
        actor=actor,
        action="exchange.stop_passed",
        object_type="exchange.import",
        object_ids=[str(job.id)],
        details={"stops": codes(job=job), "reason": plain},
        now=now,
    )


def summary(*, job: ImportJob) -> str:
    """Say in one line why a file was stopped."""
    return _("取込を止めました：%(reasons)s") % {"reasons": " ".join(sentences(job=job))}


def _stops(job: ImportJob) -> Sequence[Mapping[str, Any]]:
    return (job.findings or {}).get("stops") or []
