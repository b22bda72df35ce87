"""The lists of who is signed in, and of every sign-in there was."""

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.trail import midnight
from madoguchi.accounts.models import StaffSession
from madoguchi.accounts.phrases import who
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.phrases import Vocabulary, phrase_of
from madoguchi.ledger.audit.services import DENIED
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from madoguchi.web.templatetags.madoguchi import wareki_moment
from madoguchi.words import letters


def _at(found: "QuerySet[StaffSession]", text: str) -> "QuerySet[StaffSession]":
    """Narrow to an address; what is none finds nothing instead of an error of the database."""
    wanted = letters.plain(text).strip().casefold()
    known = found.order_by().values_list("id", "address")
    return found.filter(id__in=[key for key, address in known if wanted in (address or "")])


OPEN_SESSIONS: Final = Table(
    name="accounts.sessions",
    label=_("いまサインインしている人の一覧"),
    columns=(
        Column(
            name="staff",
            label=_("職員"),
            value=lambda each: each.staff.name,
            sort=("staff__name_kana", "staff__name"),
            is_fixed=True,
            is_link=True,
        ),
        Column(name="code", label=_("職員コード"), css="mono", value=lambda each: each.staff.staff_code),
        Column(name="section", label=_("課・係"), value=lambda each: each.staff.section),
        Column(name="device", label=_("端末"), sort=("device",)),
        Column(name="address", label=_("接続元"), css="mono", value=lambda each: each.address or "—"),
        Column(
            name="started_at",
            label=_("サインイン"),
            css="mono",
            sort=("started_at",),
            value=lambda each: wareki_moment(each.started_at),
        ),
        Column(
            name="seen_at",
            label=_("最後の操作"),
            css="mono",
            sort=("seen_at",),
            value=lambda each: wareki_moment(each.seen_at),
        ),
    ),
    filters=(
        Filter(name="address", label=_("接続元"), kind="text", apply=lambda found, text: _at(found, text)),
    ),
    search=("staff__name", "staff__name_kana", "staff__staff_code"),
    search_label=_("氏名・職員コード"),
    sort="-seen_at",
    link=lambda each: reverse("person_sessions", args=[each.staff_id]),
    actions=("accounts.end_sessions",),
    nothing_yet=Empty(heading=_("いまサインインしている人はいません")),
)

SIGNED_IN: Final = "accounts.signed_in"
# What stands in the history, and how it is drawn: it worked, it ended, it was refused.
WORKED: Final = frozenset({SIGNED_IN})
REFUSED: Final = (
    "accounts.sign_in_refused",
    "accounts.sign_in_locked",
    "accounts.second_step_refused",
)
OTHERS: Final = (
    "accounts.signed_out",
    "accounts.session_ended",
    "accounts.person_locked",
    "accounts.person_unlocked",
    "accounts.failures_lifted",
)


def history(*, staff_id: str = "") -> "QuerySet[AuditEntry]":
    """List the sign-ins of the city or of one person, refused ones too, newest first."""
    wanted = Q(action__in=[*WORKED, *OTHERS]) | Q(action=DENIED, details__attempted__in=REFUSED)
    found = AuditEntry.objects.filter(wanted).order_by("-id")
    return found.filter(Q(actor_id=staff_id) | Q(object_ids__contains=[staff_id])) if staff_id else found


def action_of(entry: AuditEntry) -> str:
    """Name what was done or tried."""
    return str(entry.details.get("attempted", "")) if entry.action == DENIED else entry.action


def outcome(entry: AuditEntry) -> Mark:
    """Say how it went."""
    if entry.action == DENIED:
        return Mark("error", phrase_of(action_of(entry)))
    return Mark("ok" if entry.action in WORKED else "none", phrase_of(entry.action))


def why(entry: AuditEntry) -> str:
    """Say why a session ended or somebody was kept out, or with what a person proved who they are."""
    method = entry.details.get("method", [])
    if isinstance(method, list) and method:
        words = Vocabulary()
        return "・".join(words.say(str(each), action=entry.action) for each in method)
    said = str(entry.details.get("reason", ""))
    return str(REASONS.get(said, said))


REASONS: Final[dict[str, Any]] = {
    "idle": _("操作がなかった"),
    "long": _("上限の時間になった"),
    "forced": _("管理者が終わらせた"),
    "own": _("本人が別の端末から終わらせた"),
    "replaced": _("別の端末でサインインした"),
    "locked": _("利用を止められた"),
    "switched": _("担当者を切り替えた"),
}


def _since(found: "QuerySet[AuditEntry]", day: str) -> "QuerySet[AuditEntry]":
    return found.filter(at__gte=midnight(date.fromisoformat(day)))


def _until(found: "QuerySet[AuditEntry]", day: str) -> "QuerySet[AuditEntry]":
    return found.filter(at__lt=midnight(date.fromisoformat(day) + timedelta(days=1)))


def _kind(found: "QuerySet[AuditEntry]", kind: str) -> "QuerySet[AuditEntry]":
    if kind == "refused":
        return found.filter(action=DENIED)
    return found.filter(action__in=WORKED) if kind == "worked" else found.filter(action__in=OTHERS)


SIGN_INS: Final = Table(
    name="accounts.sign_ins",
    label=_("サインインの記録"),
    columns=(
        Column(
            name="at",
            label=_("日時"),
            css="mono",
            is_fixed=True,
            sort=("id",),
            value=lambda entry: wareki_moment(entry.at),
        ),
        Column(name="who", label=_("職員"), value=who, is_fixed=True),
        Column(name="outcome", label=_("内容"), value=outcome, is_fixed=True),
        Column(name="why", label=_("理由・方法"), value=why, css="wrap"),
        Column(name="address", label=_("接続元"), css="mono", value=lambda entry: entry.address or "—"),
    ),
    filters=(
        Filter(
            name="kind",
            label=_("内容"),
            choices=(
                ("worked", _("サインインした")),
                ("refused", _("できなかった")),
                ("others", _("サインアウト・停止など")),
            ),
            apply=_kind,
        ),
        Filter(name="since", label=_("いつから"), kind="day", apply=_since),
        Filter(name="until", label=_("いつまで"), kind="day", apply=_until),
    ),
    search=("actor_name",),
    search_label=_("氏名"),
    sort="-at",
    key=lambda entry: str(entry.id),
    nothing_yet=Empty(heading=_("まだ記録はありません")),
    sizes=(50, 100, 25),
)
