"""Work of this plug-in that comes round or runs aside, by room; all of it harmless to repeat."""

from plugins.card_management.tasks import forms, intake, ledger, register, scans, shelves

__all__ = ["forms", "intake", "ledger", "register", "scans", "shelves"]
