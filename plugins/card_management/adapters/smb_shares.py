"""Windows and Samba shares: SMB 3 alone, encrypted, each visit over a connection of its own.

What keeps connections and referrals for a whole process (smbclient, and fsspec on top of it) would let one
city's visit ride on another's sign-in, and one server send the next city's password somewhere else; here the
protocol is spoken one layer below that, and no referral to another server is ever followed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import uuid4

from smbprotocol.connection import Capabilities, Connection, Dialects
from smbprotocol.exceptions import EndOfFile, NoMoreFiles, SMBException
from smbprotocol.file_info import FileInformationClass
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    DirectoryAccessMask,
    FileAttributes,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect
from spnego.exceptions import SpnegoError

from plugins.card_management.adapters.file_places import (
    CHUNK,
    MOST_FILES,
    SECONDS,
    Address,
    FileShare,
    Lying,
    ShareTrouble,
    refuse_a_way_out,
)

PORT: Final = 445
# What each refusal of a server means to whoever set the place up.
MEANINGS: Final = {
    "LogonFailure": "sign_in",
    "AccountRestriction": "sign_in",
    "AccountLockedOut": "sign_in",
    "AccountDisabled": "sign_in",
    "LogonTypeNotGranted": "sign_in",
    "InvalidLogonHours": "sign_in",
    "PasswordExpired": "sign_in",
    "PasswordMustChange": "sign_in",
    "SMBAuthenticationError": "sign_in",
    "SpnegoError": "sign_in",
    "AccessDenied": "forbidden",
    "NetworkAccessDenied": "forbidden",
    "BadNetworkName": "not_found",
    "ObjectNameInvalid": "not_found",
    "ObjectNameNotFound": "not_found",
    "ObjectPathInvalid": "not_found",
    "ObjectPathNotFound": "not_found",
    "ObjectPathSyntaxBad": "not_found",
    "NoSuchFile": "not_found",
    "NotADirectory": "not_found",
    "FileIsADirectory": "not_found",
    "PathNotCovered": "elsewhere",
    "SMBLinkRedirectionError": "elsewhere",
    "SMBUnsupportedFeature": "smb_encryption",
}


@contextmanager
def opened(address: Address, /, *, numeric: str) -> Iterator[FileShare]:
    """Open a folder of a share for a moment, at the address that was looked up for its server.

    Raises ShareTrouble.
    """
    share, folder = divided(address.folder)
    connection = Connection(uuid4(), numeric, address.port or PORT, require_signing=True)
    try:
        with _explained():
            _connect(connection)
            tree = _signed_in(connection, address, rf"\\{numeric}\{share}")
        yield _SmbShare(tree, folder)
    finally:
        with suppress(Exception):
            connection.disconnect(close=True, timeout=SECONDS)


def divided(folder: str) -> tuple[str, str]:
    r"""Part «/share/folder/below» into the share's name and the folder as its server writes it.

    Raises ShareTrouble where no share is named, or a part would lead out of it.
    """
    share, *below = [part for part in folder.replace("\\", "/").split("/") if part] or [""]
    if not share or any(part in (".", "..") for part in (share, *below)):
        raise ShareTrouble("not_found")
    return share, "\\".join(below)


def _connect(connection: Any) -> None:
    # The library waits ten minutes for a server that has stopped answering, and knows no other way to say so.
    connection._receive_timeout = SECONDS
    connection.connect(timeout=SECONDS)
    knows = connection.server_capabilities.has_flag(Capabilities.SMB2_GLOBAL_CAP_ENCRYPTION)
    if connection.dialect < Dialects.SMB_3_0_0 or not (knows or connection.cipher_id):
        raise ShareTrouble("smb_encryption")


def _signed_in(connection: Any, address: Address, path: str) -> Any:
    session = Session(connection, address.user, address.secret, require_encryption=True, auth_protocol="ntlm")
    try:
        session.connect()
    except SMBException as error:
        # Somebody unknown whom the server lets in as a guest: unsigned, in the clear, and not who was named.
        if type(error) is SMBException:
            raise ShareTrouble("sign_in") from error
        raise
    tree = TreeConnect(session, path)
    tree.connect(require_secure_negotiate=True)
    return tree


class _SmbShare:
    def __init__(self, tree: Any, folder: str) -> None:
        self._tree = tree
        self._folder = folder

    def listing(self) -> Sequence[Lying]:
        found: list[Lying] = []
        with _explained(), self._at(self._folder, is_folder=True) as place:
            while page := _page(place, FileInformationClass.FILE_DIRECTORY_INFORMATION):
                found += [lying for entry in page if (lying := _lying(entry))]
                if len(found) > MOST_FILES:
                    raise ShareTrouble("crowded", str(len(found)))
        return sorted(found, key=lambda lying: lying.name)

    def read(self, name: str, *, largest: int) -> bytes:
        refuse_a_way_out(name)
        content = bytearray()
        path = f"{self._folder}\\{name}" if self._folder else name
        with _explained(), self._at(path, is_folder=False) as file:
            step = min(CHUNK, self._tree.session.connection.max_read_size)
            # What a server says of a file's size is not believed: what comes is counted.
            while part := _part(file, len(content), step):
                content += part
                if len(content) > largest:
                    raise ShareTrouble("too_large", str(largest))
        return bytes(content)

    @contextmanager
    def _at(self, path: str, *, is_folder: bool) -> Iterator[Any]:
        place = Open(self._tree, path)
        place.create(
            ImpersonationLevel.Impersonation,
            DirectoryAccessMask.FILE_LIST_DIRECTORY
            if is_folder
            else FilePipePrinterAccessMask.FILE_READ_DATA | FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES,
            0,
            # Whoever writes the files goes on writing meanwhile.
            ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
            CreateDisposition.FILE_OPEN,
            CreateOptions.FILE_DIRECTORY_FILE if is_folder else CreateOptions.FILE_NON_DIRECTORY_FILE,
        )
        try:
            yield place
        finally:
            with suppress(Exception):
                place.close()


def _page(place: Any, kind: int) -> Sequence[Any]:
    try:
        return list(place.query_directory("*", kind))
    except NoMoreFiles:
        return []


def _part(file: Any, offset: int, step: int) -> bytes:
    try:
        return bytes(file.read(offset, step))
    except EndOfFile:
        return b""


def _lying(entry: Any) -> Lying | None:
    """Read one line of a listing; folders, links and whatever is not a plain file are left out."""
    attributes = entry["file_attributes"]
    odd = (FileAttributes.FILE_ATTRIBUTE_DIRECTORY, FileAttributes.FILE_ATTRIBUTE_REPARSE_POINT)
    if any(attributes.has_flag(flag) for flag in odd):
        return None
    name = bytes(entry["file_name"].get_value()).decode("utf-16-le")
    written = entry["last_write_time"].get_value()
    return Lying(name, int(entry["end_of_file"].get_value()), str(written))


@contextmanager
def _explained() -> Iterator[None]:
    """Say in one code what servers and the library answer."""
    try:
        yield
    except ShareTrouble:
        raise
    except (OSError, ValueError, SMBException, SpnegoError) as error:
        names = (kind.__name__ for kind in type(error).__mro__)
        code = next((MEANINGS[name] for name in names if name in MEANINGS), "unreachable")
        raise ShareTrouble(code, type(error).__name__ if code == "unreachable" else "") from error
