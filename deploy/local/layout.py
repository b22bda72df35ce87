"""Where the local tools keep what they make."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layout:
    """The folders of one run: of bin/up (`var/`) or of one bin/test."""

    var: Path

    @property
    def logs(self) -> Path:
        """name the folder of one log file per child."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """name the folder of what is only true while the servers run."""
        return self.var / "run"

    @property
    def mail(self) -> Path:
        """name the folder of caught mails."""
        return self.var / "mail"

    @property
    def postgres(self) -> Path:
        """name the folder of the database cluster and its password."""
        return self.var / "postgres"

    @property
    def demo(self) -> Path:
        """name the file with every address and sign-in of the demo."""
        return self.var / "demo.json"

    def make(self) -> None:
        """create the folders, readable by their owner alone where they hold secrets."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        for folder in (self.mail, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
