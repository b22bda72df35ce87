"""A scanner that knows one harmless test file; for laptops, journeys and tests."""

from typing import Final

from madoguchi.web.intake.scanning import CLEAN, Verdict

# The test file on which all houses agreed, in two halves so that no scanner minds this very file.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Simulator:
    """Finds the test file anywhere; ``simulator://broken`` never answers."""

    def __init__(self, address: str) -> None:
        self._is_broken = address.endswith("broken")

    def scan(self, content: bytes) -> Verdict:
        """Look for the test file."""
        if self._is_broken:
            return Verdict("unknown")
        return Verdict("infected", "Eicar-Test-Signature") if EICAR in content else CLEAN
