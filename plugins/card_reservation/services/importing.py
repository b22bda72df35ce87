"""The list of notices as a file format of the exchange."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.values import ImportFormat
from plugins.card_reservation.declarations.permissions import IMPORT_REFERENCES
from plugins.card_reservation.formats import references as layout
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.rules.personal_columns import personal_among
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
