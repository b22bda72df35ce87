"""The sentence under which an action stands in the list."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.services import DENIED, READ

_OWN = {READ: _("個人情報を閲覧した"), DENIED: _("操作を拒否した")}


def phrase_of(action: str) -> str:
    """Say an action in words; an action that nobody declared shows its name."""
    declared = {phrase.action: phrase.phrase for phrase in plugins.declared("audit_phrases")}
    return str(declared.get(action) or _OWN.get(action) or action)
