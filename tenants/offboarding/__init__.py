"""The end of a contract: what was kept goes back to the city, and then goes for good, with a certificate."""
