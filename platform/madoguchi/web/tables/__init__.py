"""Lists of staff: declared in a few lines, drawn on the server, the same on every page.

A view declares a ``Table`` of ``Column``s and ``Filter``s and hands it to ``madoguchi.accounts.lists.show``
together with its rows: a query set, a list, or whatever keeps the protocol ``Rows``.
"""

from madoguchi.web.tables.asking import Asked, read
from madoguchi.web.tables.parts import Column, Filter, Mark, Table
from madoguchi.web.tables.rows import Rows, rows_of

__all__ = ["Asked", "Column", "Filter", "Mark", "Rows", "Table", "read", "rows_of"]
