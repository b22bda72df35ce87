"""Which mailbox an address names: one person writes one in many ways."""

from typing import Final

# Here dots in front of the sign say nothing.
WITHOUT_DOTS: Final = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(address: str) -> str:
    """Name the mailbox behind an address: without capitals, and without the tag after a plus sign."""
    person, _at, domain = address.strip().lower().rpartition("@")
    person = person.partition("+")[0] or person
    if domain in WITHOUT_DOTS:
        person, domain = person.replace(".", "") or person, "gmail.com"
    return f"{person}@{domain}"
