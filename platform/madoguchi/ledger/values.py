"""The JSON that the ledger stores and gives back."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

JSON: TypeAlias = Union[str, int, float, bool, None, Mapping[str, "JSON"], Sequence["JSON"]]
