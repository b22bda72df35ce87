"""Booking numbers that people read over the phone: no order to guess, one digit to catch a slip."""

import hashlib

SIZE = 10_000_000
_LEFT, _RIGHT = 3200, 3125
_ROUNDS = 6
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def number_of(position: int, *, key: bytes) -> str:
    """Write the booking number at a position of the sequence, e.g. 4827-3916.

    A Feistel network over 3,200 × 3,125: every position below SIZE has its own number.
    """
    left, right = divmod(position % SIZE, _RIGHT)
    for turn in range(_ROUNDS):
        if turn % 2:
            right = (right + _scramble(key, turn, left)) % _RIGHT
        else:
            left = (left + _scramble(key, turn, right)) % _LEFT
    digits = f"{left * _RIGHT + right:07d}"
    digits += str(check_digit(digits))
    return f"{digits[:4]}-{digits[4:]}"


def check_digit(digits: str) -> int:
    """Compute Damm's check digit, which notices one wrong digit and two swapped ones."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def is_number(text: str) -> bool:
    """Tell whether a text can be a booking number."""
    digits = text.replace("-", "")
    return len(digits) == 8 and digits.isascii() and digits.isdigit() and check_digit(digits) == 0


def _scramble(key: bytes, turn: int, half: int) -> int:
    seed = hashlib.blake2b(f"{turn}:{half}".encode(), key=key[:64], digest_size=8).digest()
    return int.from_bytes(seed)
