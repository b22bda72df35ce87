"""What can go wrong when a document is set."""

from madoguchi.errors import Invalid


class TooManyRows(Invalid):
    """A list on paper is set in parts of a thousand rows; this part has more."""

    code = "too_many_rows"
