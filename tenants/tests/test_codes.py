"""Local government codes carry a check digit."""

import pytest

from tenants.rules.codes import check_digit, is_valid_code


@pytest.mark.parametrize("code", ["402036", "024457", "142051", "112020", "052124", "131016", "011002"])
def test_real_codes_are_valid(code: str) -> None:
    assert is_valid_code(code)
    assert check_digit(code[:5]) == code[5]


@pytest.mark.parametrize("code", ["402035", "40203", "4020366", "", "40203x", "４０２０３６", "-40203"])
def test_anything_else_is_not(code: str) -> None:
    assert not is_valid_code(code)
