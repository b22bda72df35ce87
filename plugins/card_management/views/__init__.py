"""The pages of the card ledger."""
