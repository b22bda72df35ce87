"""What the end of a contract declares: rights, the second person, and how its acts are written down."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import ApprovalKind, AuditPhrase, NavigationItem, Permission
from madoguchi.tenancy import current_city, is_operators

END: Final = "tenants.end_contracts"
APPROVE_END: Final = "tenants.approve_ends"
ERASE_CITY: Final = "tenants.erase_city"
ERASED: Final = "tenants.city_erased"
RETURNED: Final = "tenants.data_returned"
READ: Final = "tenants.certificate_read"
OBJECT: Final = "tenants.city"

PERMISSIONS = (
    Permission(
        name=END,
        label=_("自治体のデータの消去を依頼する"),
        roles=("operator_admin",),
        function=_("契約の終了"),
    ),
    Permission(
        name=APPROVE_END,
        label=_("自治体のデータの消去を承認する"),
        roles=("operator_admin",),
        function=_("契約の終了"),
    ),
)
APPROVAL_KINDS = (
    ApprovalKind(name=ERASE_CITY, label=_("自治体のデータをすべて消去する"), permission=APPROVE_END, days=14),
)
AUDIT_PHRASES = (
    AuditPhrase(
        action=ERASED,
        phrase=_("自治体のデータをすべて消去した"),
        terms={"rows": _("行"), "files": _("ファイル"), "keys": _("鍵"), "backups_until": _("控えの期限")},
    ),
    AuditPhrase(
        action=RETURNED,
        phrase=_("自治体に返すデータを書き出した"),
        terms={"rows": _("行"), "files": _("ファイル")},
    ),
    AuditPhrase(action=READ, phrase=_("消去証明書を開いた")),
)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead our operators to the certificates."""
    if not is_operators(current_city()):
        return ()
    return (
        NavigationItem(
            label=_("消去証明書"), url_name="certificates", permission=END, section=_("運用"), order=40
        ),
    )
