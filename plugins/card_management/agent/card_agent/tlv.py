"""Tags, lengths and values as cards write them (BER)."""

from collections.abc import Iterator


class BrokenTlv(ValueError):
    """These bytes are not a list of tags, lengths and values."""


def total_length(head: bytes, /) -> int:
    """Tell how long the object is whose first bytes are these.

    Raises BrokenTlv where they are too few to tell.
    """
    _tag, start, length = _header(head, 0)
    return start + length


def objects(content: bytes, /) -> Iterator[tuple[int, bytes]]:
    """List tags and values.

    Raises BrokenTlv.
    """
    position = 0
    while position < len(content):
        tag, start, length = _header(content, position)
        if start + length > len(content):
            raise BrokenTlv("a value ends behind the end")
        yield tag, content[start : start + length]
        position = start + length


def _header(content: bytes, position: int) -> tuple[int, int, int]:
    """Read one tag and its length; give the tag, where the value starts, and its length."""
    try:
        tag, position = _tag(content, position)
        first = content[position]
        position += 1
        if first < 0x80:
            return tag, position, first
        count = first & 0x7F
        if not 1 <= count <= 3:
            raise BrokenTlv("a length of no sensible size")
        sizes = content[position : position + count]
    except IndexError as error:
        raise BrokenTlv("a header is cut off") from error
    if len(sizes) < count:
        raise BrokenTlv("a length is cut off")
    return tag, position + count, int.from_bytes(sizes)


def _tag(content: bytes, position: int) -> tuple[int, int]:
    tag = content[position]
    position += 1
    if tag & 0x1F != 0x1F:
        return tag, position
    while True:
        part = content[position]
        tag = tag << 8 | part
        position += 1
        if not part & 0x80:
            return tag, position
