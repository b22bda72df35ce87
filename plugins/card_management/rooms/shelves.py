"""What the plug-in contributes for where cards lie: see rooms/__init__.py for the names."""

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.bookings import (
    PickupBooked,
    PickupCancelled,
    PickupLinked,
    PickupMoved,
    PickupPartyChanged,
    VisitMarked,
)
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.values import (
    ApprovalKind,
    EventHandler,
    HealthCheck,
    NavigationItem,
    Schedule,
    StaffTask,
)
from plugins.card_management.declarations import VIEW_CARDS
from plugins.card_management.declarations import shelves as declared
from plugins.card_management.queries import shelves as queries
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import (
    shelves_disposal,
    shelves_parcels,
    shelves_putting,
    shelves_radar,
    shelves_reminding,
    shelves_tasks,
)
from plugins.card_management.views import (
    shelves_forwarding,
    shelves_parts,
    shelves_pulling,
    shelves_spots,
    shelves_stocktakes,
)
from plugins.card_management.views import shelves_radar as radar_views

PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
TRIAL_DATA: Final = (declared.TRIAL_DATA,)
BULK_ACTIONS: Final = radar_views.ACTIONS
MESSAGE_KINDS: Final = (shelves_reminding.KIND,)
UNDOABLES: Final = (
    Undoable(
        name=shelves_pulling.UNDO,
        label=_("引き抜き済みの印"),
        permission=declared.SHELVE,
        function=shelves_pulling.put_back_unfetched,
    ),
    Undoable(
        name=shelves_forwarding.UNDO,
        label=_("荷物の送り出し"),
        permission=declared.SHELVE,
        function=shelves_forwarding.call_back,
    ),
    Undoable(
        name=shelves_stocktakes.UNDO,
        label=_("棚卸の締め"),
        permission=declared.SHELVE,
        function=shelves_stocktakes.reopen,
    ),
    Undoable(
        name=shelves_spots.UNDO_RULE,
        label=_("割り当ての決まりの削除"),
        permission=declared.KEEP,
        function=shelves_spots.bring_rule_back,
    ),
)
CARD_PARTS: Final = (shelves_parts.of_card,)
MOVE_FOLLOWERS: Final = (shelves_putting.follow,)
EVENT_HANDLERS: Final = (
    EventHandler(event=PickupBooked, function=shelves_tasks.note_booked),
    EventHandler(event=PickupLinked, function=shelves_tasks.note_booked),
    EventHandler(event=PickupMoved, function=shelves_tasks.note_moved),
    EventHandler(event=PickupCancelled, function=shelves_tasks.note_cancelled),
    EventHandler(event=PickupPartyChanged, function=shelves_tasks.note_party),
    EventHandler(event=VisitMarked, function=shelves_tasks.note_visit),
)
APPROVAL_KINDS: Final = (
    ApprovalKind(
        name=declared.DISPOSAL,
        label=_("カードの廃棄"),
        permission=declared.DECIDE_DISPOSAL,
        carry_out=shelves_disposal.carry_out,
        when_refused=shelves_disposal.when_refused,
    ),
)
SCHEDULES: Final = (
    Schedule(
        name="card_management.assign_spots",
        task="card_management.assign_spots",
        every=timedelta(minutes=10),
    ),
    Schedule(
        name="card_management.follow_shelves",
        task="card_management.follow_shelves",
        every=timedelta(minutes=30),
    ),
)
HEALTH_CHECKS: Final = (HealthCheck(name="shelves", read=queries.read_for_health),)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the shelves, the pull list and what travels."""
    section = _("日々の業務")
    pages: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
        (_("引き抜きリスト"), "cards:pull", ()),
        (_("回送リスト"), "cards:forwarding", ("cards:shelves_parcels",)),
        (_("カードの保管"), "cards:shelves", ()),
        (_("受取期限と廃棄"), "cards:radar", ("cards:disposals",)),
    )
    return tuple(
        NavigationItem(
            label=label,
            url_name=url,
            covers=covers,
            permission=VIEW_CARDS,
            section=section,
            order=210 + step,
        )
        for step, (label, url, covers) in enumerate(pages)
    )


def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Name the cards to put back, the parcels that are late, and the deadlines that came."""
    eyes, today = eyes_of(request), clock.today()
    late = shelves_parcels.overdue(today=today, eyes=eyes)
    differences = shelves_parcels.differences(eyes=eyes)
    to_call = shelves_radar.due(step=Step.CALL, today=today, eyes=eyes).count()
    waiting = (
        (shelves_tasks.count_open(eyes=eyes), _("棚に戻す・呼び戻すカード"), "cards:shelf_tasks", False),
        (late, _("届いていない回送の荷物"), "cards:shelves_parcels", True),
        (differences, _("荷物のくい違い"), "cards:shelves_parcels", True),
        (to_call, _("受取期限が来たカード"), "cards:radar", False),
    )
    return tuple(
        StaffTask(
            label=label,
            url=reverse(url),
            permission=VIEW_CARDS,
            count=count,
            is_warning=is_warning,
            order=220,
        )
        for count, label, url, is_warning in waiting
        if count
    )
