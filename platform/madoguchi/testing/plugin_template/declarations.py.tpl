"""What staff may do here, and how it stands in the audit list."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

READ_NOTES = "plugin_name.read_notes"
WRITTEN = "plugin_name.note_written"
CLOSED = "plugin_name.note_closed"

PERMISSIONS = (
    Permission(name=READ_NOTES, label=_("PLUGIN_LABELを読む"), roles=("city_admin", "counter_clerk")),
)

AUDIT_PHRASES = (
    AuditPhrase(action=WRITTEN, phrase=_("PLUGIN_LABELに書き込みがあった")),
    AuditPhrase(action=CLOSED, phrase=_("PLUGIN_LABELの書き込みを確認済みにした")),
)
