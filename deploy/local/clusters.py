"""The folder of a database cluster: where it is, whose it is, which version made it."""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.binaries import Binaries
from deploy.local.identities import Identity, choose_identity
from deploy.local.layout import Layout
from deploy.local.trouble import Trouble

UNNEEDED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "__pycache__")


@dataclass(frozen=True)
class Home:
    """A private folder with a cluster, its password, and programs copied for its user."""

    folder: Path
    identity: Identity

    @property
    def cluster(self) -> Path:
        """name the cluster's own folder."""
        return self.folder / "cluster"

    @property
    def password(self) -> Path:
        """name the file with the administrator's password."""
        return self.folder / "password"

    def major(self) -> int | None:
        """return the major version that made the cluster, or None before there is one."""
        try:
            text = (self.cluster / "PG_VERSION").read_text()
        except FileNotFoundError:
            return None
        return int(text.strip().split(".")[0])

    def require_fit(self) -> None:
        """raise Trouble when somebody else made the folder."""
        if self.identity.owns(self.folder):
            return
        owner = _name_of(self.folder.lstat().st_uid)
        raise Trouble(
            f"The database folder {self.folder} belongs to user {owner}, not to"
            f" {self.identity.name}.\nRun this as the user who ran it before, or remove the folder."
        )

    def read_password(self) -> str:
        """return the administrator's password."""
        return self.password.read_text().strip()

    def write_password(self, password: str) -> None:
        """keep the administrator's password where only the cluster's user reads it."""
        self.password.unlink(missing_ok=True)
        descriptor = os.open(self.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(password + "\n")
        self.identity.take_over(self.password)

    def environment(self) -> dict[str, str]:
        """return the few variables a server needs, none of them the caller's."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)}

    def make_reachable(self, binaries: Binaries) -> Binaries:
        """return the programs, copied into this folder when its user could not reach them."""
        if self.identity.can_run(binaries.folder / "initdb"):
            return binaries
        if binaries.source == "system":
            raise Trouble(f"User {self.identity.name} may not run the PostgreSQL in {binaries.folder}.")
        package = binaries.folder.parents[1]
        target = self.folder / f"server-{_print_of(package)}"
        copied = replace(binaries, folder=target / package.name / "pginstall" / "bin")
        if not target.exists():
            self._copy(package=package, target=target)
        if not self.identity.can_run(copied.folder / "initdb"):
            raise Trouble(f"User {self.identity.name} may not run programs in {self.folder}.")
        return copied

    def _copy(self, *, package: Path, target: Path) -> None:
        half = target.with_name(f"{target.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, half / folder.name, ignore=UNNEEDED, symlinks=True)
        for path in [half, *half.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        half.rename(target)


def find_home(*, layout: Layout) -> Home:
    """return the cluster's folder, made where its user can reach it."""
    folder = layout.postgres
    identity = choose_identity(before=folder)
    if not folder.exists():
        _make_private(folder, identity)
    if identity.uid is not None and not identity.can_enter(folder.parent):
        folder = temporary_folder(layout=layout)
        identity = choose_identity(before=folder)
        if not os.path.lexists(folder):
            _make_private(folder, identity)
        _require_private(folder, identity)
    return Home(folder=folder, identity=identity)


def temporary_folder(*, layout: Layout) -> Path:
    """name the folder of a cluster whose user cannot reach the project."""
    name = hashlib.sha256(str(layout.var).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"madoguchi-{name}"


def _make_private(folder: Path, identity: Identity) -> None:
    folder.mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    identity.take_over(folder)


def _require_private(folder: Path, identity: Identity) -> None:
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and identity.owns(folder) and not found.st_mode & 0o077:
        return
    raise Trouble(f"{folder} is not a private folder of user {identity.name}; remove it and try again.")


def _print_of(package: Path) -> str:
    server = package / "pginstall" / "bin" / "postgres"
    found = server.stat()
    return hashlib.sha256(f"{found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:8]


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
