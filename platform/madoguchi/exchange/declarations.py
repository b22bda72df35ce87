from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

IMPORT_FILES: Final = "exchange.import_files"

PERMISSIONS: Final = (
    Permission(name=IMPORT_FILES, label=_("ファイルを取り込む"), roles=("counter_clerk", "city_admin")),
)

AUDIT_PHRASES: Final = (
    AuditPhrase(action="exchange.uploaded", phrase=_("取込ファイルを受け取った")),
    AuditPhrase(action="exchange.refused", phrase=_("取込ファイルを断った")),
    AuditPhrase(action="exchange.apply_asked", phrase=_("取込を始めた")),
    AuditPhrase(action="exchange.applied", phrase=_("ファイルを取り込んだ")),
    AuditPhrase(action="exchange.undone", phrase=_("取込を取り消した")),
    AuditPhrase(action="exchange.discarded", phrase=_("取込ファイルを破棄した")),
)
