"""Local government codes (全国地方公共団体コード), JIS X 0401/0402 with a check digit."""

WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(five_digits: str) -> str:
    """Compute the sixth digit of a local government code."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, five_digits, strict=True))
    return str((11 - total % 11) % 10)


def is_valid_code(code: str) -> bool:
    """Tell whether six digits are a local government code, check digit included."""
    return len(code) == 6 and code.isascii() and code.isdigit() and check_digit(code[:5]) == code[5]
