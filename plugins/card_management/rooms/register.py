"""What the plug-in contributes for the register of residents: see rooms/__init__.py for the names."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.imports import ImportEnded
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.values import (
    Countable,
    EventHandler,
    HealthCheck,
    ImportFormat,
    NavigationItem,
    Schedule,
    StaffTask,
)
from plugins.card_management.declarations import VIEW_CARDS
from plugins.card_management.declarations import register as declared
from plugins.card_management.formats import register as register_format
from plugins.card_management.formats import renewals as renewals_format
from plugins.card_management.queries import register as queries
from plugins.card_management.services import (
    postal_corrections,
    register_flags,
    register_picking,
    register_privacy,
)
from plugins.card_management.services.register_writing import EverybodyWriter, ResidentWriter
from plugins.card_management.services.renewals import RenewalWriter
from plugins.card_management.views import register as views

MOST_REMOVED_PERCENT: Final = 5

PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
TRIAL_DATA: Final = (declared.TRIAL_DATA,)
DATA_CLASSES: Final = register_privacy.DATA_CLASSES
UNDOABLES: Final = (
    Undoable(
        name=postal_corrections.UNDO,
        label=_("決めた郵便番号の削除"),
        permission=declared.CHOOSE_POSTCODES,
        function=postal_corrections.bring_back,
    ),
    Undoable(
        name=register_flags.UNDO,
        label=_("異動の印の消去"),
        permission=declared.CLEAR_FLAGS,
        function=register_flags.bring_back,
    ),
)
CARD_PARTS: Final = (views.of_card,)
COUNTABLES: Final = (Countable(label=_("連携した住民"), model="card_management.Resident"),)
HEALTH_CHECKS: Final = (HealthCheck(name="register", read=queries.read_for_health),)
IMPORT_FORMATS: Final = (
    ImportFormat(
        name=register_format.CHANGES,
        label=_("住民異動（差分）"),
        permission=declared.IMPORT_REGISTER,
        columns=register_format.COLUMNS,
        parser=register_format.open_parser,
        writer=ResidentWriter,
        may_have=register_format.optional_columns,
        shortened=(register_format.CODE,),
    ),
    ImportFormat(
        name=register_format.EVERYBODY,
        label=_("住民の全件"),
        permission=declared.IMPORT_REGISTER,
        columns=register_format.COLUMNS,
        parser=register_format.open_parser,
        writer=EverybodyWriter,
        may_have=register_format.optional_columns,
        shortened=(register_format.CODE,),
        most_removed=MOST_REMOVED_PERCENT,
    ),
    ImportFormat(
        name=renewals_format.NAME,
        label=_("更新対象者リスト"),
        permission=declared.IMPORT_REGISTER,
        columns=renewals_format.COLUMNS,
        parser=renewals_format.open_parser,
        writer=RenewalWriter,
        may_have=renewals_format.optional_columns,
    ),
)
EVENT_HANDLERS: Final = (EventHandler(event=ImportEnded, function=register_picking.note_import),)
SCHEDULES: Final = (
    Schedule(
        name="card_management.look_at_file_sources",
        task="card_management.look_at_file_sources",
        every=timedelta(minutes=5),
    ),
    Schedule(
        name="card_management.follow_register",
        task="card_management.follow_register",
        every=timedelta(minutes=15),
    ),
    Schedule(name="card_management.follow_stays", task="card_management.follow_stays", at="20 5 * * *"),
)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the register, the renewal list and the postal codes."""
    section = _("日々の業務")
    pages = (
        (_("異動があるカード"), "cards:register_flags", VIEW_CARDS),
        (_("住民登録との連携"), "cards:register", declared.VIEW_REGISTER),
        (_("更新対象者"), "cards:register_renewals", declared.MATCH_RENEWALS),
        (_("郵便番号の確認"), "cards:register_postcodes", declared.CHOOSE_POSTCODES),
    )
    return tuple(
        NavigationItem(label=label, url_name=url, permission=permission, section=section, order=240 + step)
        for step, (label, url, permission) in enumerate(pages)
    )


def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Name the files that were stopped, are missing or cannot be fetched, and what waits to be chosen."""
    eyes, now = eyes_of(request), clock.now()
    missing = sum(len(days) for _source, days in queries.missing(now=now))
    warnings = (
        (queries.stopped(), _("止まっている連携ファイル"), "cards:register_files", declared.VIEW_REGISTER),
        (missing, _("届いていない連携ファイル"), "cards:register", declared.VIEW_REGISTER),
        (len(queries.troubled()), _("つながらない取得元"), "cards:register", declared.VIEW_REGISTER),
    )
    waiting = (
        (
            queries.unmatched(eyes=eyes).total() or 0,
            _("本人が決まらないカード"),
            "cards:register_holders",
            declared.CLEAR_FLAGS,
        ),
        (
            queries.questions(eyes=eyes).total() or 0,
            _("郵便番号が決まらないカード"),
            "cards:register_postcodes",
            declared.CHOOSE_POSTCODES,
        ),
    )
    return tuple(
        StaffTask(
            label=label,
            url=reverse(url),
            permission=permission,
            count=count,
            is_warning=is_warning,
            order=240,
        )
        for group, is_warning in ((warnings, True), (waiting, False))
        for count, label, url, permission in group
        if count
    )


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List what the register and the renewal list hold about one person."""
    return register_privacy.held_about(wanted)


def erase_held(records: tuple[str, ...], now: datetime) -> Iterable[Erased]:
    """Erase what the register and the renewal list hold about one person."""
    return register_privacy.erase_held(records)
