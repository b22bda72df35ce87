"""Telephone numbers as readers of a language dial them."""

import re

# Numbers that only telephones in Japan reach keep their form.
DOMESTIC_ONLY = ("0120", "0800", "0570", "0990")
CLOSING = {ord(")"): "-", ord("）"): "-"}


def phone_in(number: str, *, language: str) -> str:
    """Write a number as people here do, in English in its international form: +81 942-30-9000."""
    digits = re.sub(r"\D", "", number)
    can_be_dialled = re.match(r"0[1-9]", digits) and not digits.startswith(DOMESTIC_ONLY)
    if language != "en" or not can_be_dialled:
        return number
    return "+81 " + number.strip().lstrip("(（").removeprefix("0").translate(
        {ord(sign): "-" for sign in ")）"}
    )
