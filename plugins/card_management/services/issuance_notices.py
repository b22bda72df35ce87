"""Compare the list of issuance notices with the ledger and write it by COPY."""

from plugins.card_management.services.intake_writing import CardWriter


class NoticeWriter(CardWriter):
    """Compares and writes the rows of a list of issuance notices: cards that arrived."""
