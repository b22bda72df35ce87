"""The table of hosts and sign-ins at the end of bin/up."""

import unicodedata
from collections.abc import Iterable, Mapping


def addresses(demo: Mapping[str, object]) -> list[str]:
    """return the address of every host of the demo."""
    found = [str(demo["index"]), str(demo["mail"])]
    operators = demo.get("operators")
    if isinstance(operators, Mapping):
        found.append(str(operators["url"]))
    for city in _list(demo.get("cities")):
        found += [str(city["resident_url"]), str(city["staff_url"])]
    return found


def draw(demo: Mapping[str, object]) -> str:
    """return the table for the terminal."""
    rows: list[tuple[str, ...]] = [("city", "residents", "staff", "staff code", "password", "role")]
    for city in _list(demo.get("cities")):
        rows += _city_rows(city)
    operators = demo.get("operators")
    lines = ["", *_columns(rows), ""]
    if isinstance(operators, Mapping):
        lines.append(f"Operators  {operators['url']}  {operators['staff_code']}  {operators['password']}")
    lines += [f"Mails      {demo['mail']}", f"All hosts  {demo['index']}"]
    samples = [line for city in _list(demo.get("cities")) for line in _sample_lines(city)]
    if samples:
        lines += ["", "To book as a resident (synthetic notices):", *samples]
    return "\n".join(lines)


def _city_rows(city: Mapping[str, object]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    first = (str(city["name"]), str(city["resident_url"]), str(city["staff_url"]))
    for staff in _list(city.get("staff")):
        signed = (str(staff["staff_code"]), str(staff["password"]), str(staff["role"]))
        rows.append((*first, *signed))
        first = ("", "", "")
    return rows or [(*first, "", "", "")]


def _sample_lines(city: Mapping[str, object]) -> list[str]:
    return [
        f"  {city['name']}  {sample['reference']}  birthday {sample['birthday']}  {sample['note']}"
        for sample in _list(city.get("samples"))[:2]
    ]


def _columns(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = (cell + " " * (widths[place] - _width(cell)) for place, cell in enumerate(row))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _list(found: object) -> list[Mapping[str, object]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
