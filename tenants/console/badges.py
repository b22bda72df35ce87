"""States as people see them: a colour, a sign and a word, never a colour alone."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import RequestState, State


@dataclass(frozen=True)
class Badge:
    """A colour by its kind, a sign of the sprite and the word beside it."""

    kind: str
    icon: str
    label: "str | Promise"


STATES: Final = {
    State.TEST: Badge("wait", "clock", gettext_lazy("試行中")),
    State.ACTIVE: Badge("ok", "free", gettext_lazy("稼働中")),
    State.SUSPENDED: Badge("error", "closed", gettext_lazy("停止中")),
    State.CLOSING: Badge("wait", "few", gettext_lazy("終了手続き中")),
    State.CLOSED: Badge("none", "cross", gettext_lazy("終了")),
}
PROBES: Final = {
    "up": Badge("ok", "free", gettext_lazy("稼働")),
    "down": Badge("error", "cross", gettext_lazy("停止")),
    "unknown": Badge("none", "closed", gettext_lazy("不明")),
    "planned": Badge("done", "clock", gettext_lazy("計画停止")),
}
DRIFTS: Final = {
    "current": Badge("ok", "check", gettext_lazy("最新")),
    "behind": Badge("wait", "few", gettext_lazy("遅れ")),
    "failed": Badge("error", "alert", gettext_lazy("失敗")),
    "unknown": Badge("none", "closed", gettext_lazy("未確認")),
}
REQUESTS: Final = {
    RequestState.DRAFT: Badge("none", "closed", gettext_lazy("入力中")),
    RequestState.APPROVING: Badge("wait", "clock", gettext_lazy("承認待ち")),
    RequestState.WAITING: Badge("wait", "clock", gettext_lazy("作成待ち")),
    RequestState.RUNNING: Badge("wait", "few", gettext_lazy("作成中")),
    RequestState.DONE: Badge("done", "check", gettext_lazy("作成済み")),
    RequestState.FAILED: Badge("error", "cross", gettext_lazy("作成できませんでした")),
    RequestState.DROPPED: Badge("none", "cross", gettext_lazy("取りやめ")),
}
OUTAGES: Final = {
    "coming": Badge("wait", "clock", gettext_lazy("予定")),
    "now": Badge("error", "closed", gettext_lazy("停止中")),
    "overrun": Badge("error", "alert", gettext_lazy("延長中")),
    "over": Badge("done", "check", gettext_lazy("終了")),
    "cancelled": Badge("none", "cross", gettext_lazy("取りやめ")),
}
CONSENTS: Final = {
    "not_needed": Badge("none", "check", gettext_lazy("不要")),
    "asked": Badge("wait", "clock", gettext_lazy("回答待ち")),
    "given": Badge("ok", "check", gettext_lazy("承諾")),
    "refused": Badge("error", "cross", gettext_lazy("承諾しない")),
}
ENDINGS: Final = {
    0: Badge("error", "alert", gettext_lazy("期限切れ")),
    30: Badge("error", "alert", gettext_lazy("30日以内")),
    90: Badge("wait", "few", gettext_lazy("90日以内")),
    180: Badge("done", "clock", gettext_lazy("180日以内")),
}


def ending_badge(*, alert: int | None, days_left: int | None) -> Badge | None:
    """Say how near the end of a contract is, or nothing while it is far."""
    if alert is None or days_left is None:
        return None
    if days_left < 0:
        return ENDINGS[0]
    shown = ENDINGS[alert or 30]
    return Badge(shown.kind, shown.icon, _("あと%(days)s日") % {"days": days_left})


VISITS: Final = {
    "waiting": Badge("wait", "clock", gettext_lazy("回答待ち")),
    "open": Badge("ok", "free", gettext_lazy("許可")),
    "over": Badge("done", "check", gettext_lazy("終了")),
    "refused": Badge("error", "cross", gettext_lazy("断られた")),
    "forgotten": Badge("none", "closed", gettext_lazy("回答なし")),
}
