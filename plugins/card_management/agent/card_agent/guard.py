"""The only commands that ever leave for a card: everything that is not on this list is refused.

The file of the My Number is on no list, neither by its name nor by its short name, and neither is the
number that opens it. A slip elsewhere in this program ends here, before the card hears of it.
"""

from collections.abc import Sequence

from card_agent.profiles import CardProfile

_SELECT_APPLICATION = bytes((0x00, 0xA4, 0x04, 0x0C))
_SELECT_FILE = bytes((0x00, 0xA4, 0x02, 0x0C, 0x02))
_VERIFY = bytes((0x00, 0x20, 0x00, 0x80))
_READ = bytes((0x00, 0xB0))
_FIRST_RECORD = bytes((0x00, 0xB2, 0x01, 0x0C))
_GET_RESPONSE = bytes((0x00, 0xC0, 0x00, 0x00))
# A read whose third byte has this bit names a file by its short name, past the selection.
_SHORT_NAME = 0x80


class ForbiddenCommand(Exception):
    """This command is not on the list: a mistake in this program."""


class Guard:
    """Follows what is selected, and lets through what the profiles allow there."""

    def __init__(self, *, profiles: Sequence[CardProfile]) -> None:
        self._profiles = tuple(profiles)
        self._application = b""
        self._file: int | None = None

    def let_through(self, command: bytes | bytearray, /) -> None:
        """Let a command through.

        Raises ForbiddenCommand.
        """
        checks = (
            self._selects_application,
            self._selects_file,
            self._shows_secret,
            self._reads_file,
            self._reads_record,
            self._fetches,
        )
        if not any(check(command) for check in checks):
            # Never the command itself: it may hold a number that somebody typed.
            raise ForbiddenCommand(bytes(command[:4]).hex())

    def _selects_application(self, command: bytes | bytearray) -> bool:
        name = bytes(command[5:])
        if not command.startswith(_SELECT_APPLICATION) or not self._is_known(name):
            return False
        self._application, self._file = name, None
        return len(name) == command[4]

    def _is_known(self, name: bytes) -> bool:
        return any(
            name in (each.text_application, each.common_application, each.key_application)
            for each in self._profiles
        )

    def _selects_file(self, command: bytes | bytearray) -> bool:
        if not command.startswith(_SELECT_FILE) or len(command) != 7:
            return False
        wanted = int.from_bytes(command[5:])
        if not any(wanted in each.files_of(self._application) for each in self._profiles):
            return False
        self._file = wanted
        return True

    def _shows_secret(self, command: bytes | bytearray) -> bool:
        if not command.startswith(_VERIFY):
            return False
        for profile in self._profiles:
            for secret in profile.secrets:
                fits = len(command) == 4 or len(command) == 5 + secret.digits == 5 + command[4]
                if self._application == profile.text_application and self._file == secret.file and fits:
                    return True
        return False

    def _reads_file(self, command: bytes | bytearray) -> bool:
        if not command.startswith(_READ) or len(command) != 5 or command[2] & _SHORT_NAME:
            return False
        return any(self._file in each.readable_in(self._application) for each in self._profiles)

    def _reads_record(self, command: bytes | bytearray) -> bool:
        is_record = command.startswith(_FIRST_RECORD) and len(command) == 5
        return is_record and any(self._application == each.common_application for each in self._profiles)

    def _fetches(self, command: bytes | bytearray) -> bool:
        return command.startswith(_GET_RESPONSE) and len(command) == 5
