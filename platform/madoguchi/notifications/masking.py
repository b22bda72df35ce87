"""What is shown of an address."""


def masked(address: str) -> str:
    """Show enough of an address to recognise it and too little to use it."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}***@{host}" if name else "***"


def without_address(error: str) -> str:
    """Take every address out of a mail server's reply."""
    return " ".join("***" if "@" in word else word for word in error.split())[:200]
