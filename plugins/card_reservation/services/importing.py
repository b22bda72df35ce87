"""The files that this plugin takes in: the list of notices, and the bookings of an earlier system."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.values import ImportFormat
from plugins.card_reservation.declarations.permissions import IMPORT_REFERENCES, LOAD_BOOKINGS
from plugins.card_reservation.formats import earlier
from plugins.card_reservation.formats import references as layout
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.rules.personal_columns import personal_among
from plugins.card_reservation.services.loading import EarlierBookingWriter
from plugins.card_reservation.services.notices import WithdrawalWriter
from plugins.card_reservation.services.references import ReferenceWriter


def explain_unknown(columns: Sequence[str]) -> str:
    """Say why a column with personal data is not taken, naming it."""
    personal = personal_among(columns)
    if not personal:
        return ""
    names = {"names": "、".join(f"「{column}」" for column in personal[:12])}
    if kept().keeps_names:
        return (
            _("予約の照合には番号と生まれた月日だけを使います。個人情報の列%(names)sを外してください。")
            % names
        )
    return (
        _("この自治体は、予約で個人情報を扱わない設定です。個人情報の列%(names)sを外してください。") % names
    )


REFERENCE_LIST = ImportFormat(
    name=layout.NAME,
    label=gettext_lazy("交付通知書の番号一覧（予約の照合用）"),
    permission=IMPORT_REFERENCES,
    columns=layout.COLUMNS,
    parser=layout.open_parser,
    writer=ReferenceWriter,
    explain_unknown=explain_unknown,
)

WITHDRAWAL_LIST = ImportFormat(
    name=layout.WITHDRAWALS,
    label=gettext_lazy("予約に使えなくする交付通知書の番号一覧"),
    permission=IMPORT_REFERENCES,
    columns=(layout.NUMBER,),
    parser=layout.open_withdrawals,
    writer=WithdrawalWriter,
    explain_unknown=explain_unknown,
)


def explain_personal(columns: Sequence[str]) -> str:
    """Say why a column of an earlier booking is not taken here, naming it."""
    personal = personal_among(columns)
    if not personal:
        return ""
    names = {"names": "、".join(f"「{column}」" for column in personal[:12])}
    if kept().keeps_names:
        return _("この列の個人情報は予約に使いません。列%(names)sを外してください。") % names
    return (
        _("この自治体は、予約で個人情報を扱わない設定です。個人情報の列%(names)sを外してください。") % names
    )


def optional_columns() -> tuple[str, ...]:
    """Name what a file of earlier bookings may also tell in this city."""
    keeping = kept()
    return (
        *earlier.PLAIN,
        *(earlier.OF_PEOPLE if keeping.keeps_names else ()),
        *((earlier.EMAIL,) if keeping.keeps_addresses else ()),
    )


def open_earlier(*, today: date) -> Callable[[Sequence[str]], Any]:
    """Prepare to read a file of earlier bookings with the columns that this city takes."""
    return earlier.open_parser(today=today, optional=optional_columns())


EARLIER_BOOKINGS = ImportFormat(
    name=earlier.NAME,
    label=gettext_lazy("稼働前に受け付けた予約"),
    permission=LOAD_BOOKINGS,
    columns=earlier.COLUMNS,
    parser=open_earlier,
    writer=EarlierBookingWriter,
    explain_unknown=explain_personal,
    may_have=optional_columns,
)
