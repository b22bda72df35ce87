"""What the plug-in contributes for what comes in: see rooms/__init__.py for the names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.values import ImportFormat, NavigationItem, Schedule, StaffTask, TrialData
from plugins.card_management.declarations import intake as declared
from plugins.card_management.formats import address_list, current_system, production_data
from plugins.card_management.services import intake_addresses, intake_choices, intake_qr, intake_records
from plugins.card_management.services.intake_writing import CurrentSystemWriter, ProductionWriter

UNDONE: Final = _("変更が2万件までの取込なら、変更したカードも取込前に戻します。")
PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
IMPORT_FORMATS: Final = (
    ImportFormat(
        name=production_data.NAME,
        label=_("個人番号カード作成情報"),
        permission=declared.IMPORT_PRODUCTION,
        columns=production_data.COLUMNS,
        may_have=production_data.may_have,
        parser=production_data.open_parser,
        writer=ProductionWriter,
        undo_words=UNDONE,
    ),
    ImportFormat(
        name=address_list.NAME,
        label=_("住所リスト"),
        permission=declared.IMPORT_ADDRESSES,
        columns=address_list.COLUMNS,
        may_have=address_list.may_have,
        parser=address_list.open_parser,
        writer=intake_addresses.AddressWriter,
        refuse=intake_addresses.refuse,
        keys=(
            (intake_addresses.BY_NUMBER, _("交付通知書番号と生年月日（番号がなければ氏名カナと生年月日）")),
            (intake_addresses.BY_READING, _("氏名カナと生年月日")),
        ),
        undo_words=UNDONE,
    ),
    ImportFormat(
        name=current_system.NAME,
        label=_("現行システムのカード（移行）"),
        permission=declared.IMPORT_CURRENT,
        columns=current_system.COLUMNS,
        may_have=current_system.may_have,
        parser=current_system.open_parser,
        writer=CurrentSystemWriter,
        undo_words=UNDONE,
    ),
)
UNDOABLES: Final = (
    Undoable(
        name=intake_qr.UNDO,
        label=_("QRコードの読み取り"),
        permission=declared.READ_QR,
        function=intake_qr.take_back,
    ),
    Undoable(
        name=intake_choices.UNDO,
        label=_("住所の割り当て"),
        permission=declared.IMPORT_ADDRESSES,
        function=intake_choices.take_back,
    ),
)
SCHEDULES: Final = (
    Schedule(
        name="card_management.forget_before",
        task="card_management.forget_before",
        at="25 * * * *",
    ),
)
TRIAL_DATA: Final = (
    TrialData(
        label=_("読み取りと取込の記録"),
        tables=(
            "card_management_qrreading",
            "card_management_qrlist",
            "card_management_addresschoice",
            "card_management_cardbefore",
        ),
    ),
)
DATA_CLASSES: Final = (intake_choices.DATA_CLASS, intake_records.DATA_CLASS)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the reader of QR codes."""
    return (
        NavigationItem(
            label=_("QRコードの読み取り"),
            url_name="cards:intake_qr",
            permission=declared.READ_QR,
            section=_("日々の業務"),
            order=205,
        ),
    )


def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Name the addresses about which nobody has decided."""
    waiting = intake_choices.waiting(eyes=eyes_of(request))
    if not waiting:
        return ()
    return (
        StaffTask(
            label=_("どなたのものか決めていない住所"),
            url=reverse("cards:intake_choices"),
            permission=declared.IMPORT_ADDRESSES,
            count=waiting,
            advice=_("同じカナと生年月日の方が複数います。氏名と住所を見て選んでください。"),
            order=230,
        ),
    )


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List the addresses that wait for a decision and name a person."""
    return intake_choices.held_about(wanted)


def erase_held(records: tuple[str, ...], now: datetime) -> Iterable[Erased]:
    """Erase such addresses."""
    return intake_choices.erase_held(records)
