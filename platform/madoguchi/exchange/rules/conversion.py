"""The cells of a city's own file in the words of a format: codes and dates."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from madoguchi.exchange.rules.profiles import ProfileLayout, Source, bounds_of

Convert = Callable[[str], str]
_ERA_DIGITS: Final = {"1": "明治", "2": "大正", "3": "昭和", "4": "平成", "5": "令和"}
_ERA_LETTERS: Final = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_ERA_DIGIT: Final = re.compile(r"([1-5MTSHRmtshr])([0-9]{2})([0-9]{2})([0-9]{2})")
_SERIAL: Final = re.compile(r"[1-9][0-9]{3,4}(?:\.0+)?")
_FIRST_SERIAL: Final = date(1899, 12, 30)


def converter(*, source: Source) -> Convert:
    """Prepare to read the cells of one column."""
    steps: list[Convert] = []
    if source.codes:
        codes = dict(source.codes)
        steps.append(lambda text: codes.get(text.strip(), text))
    if source.date == "era_digit":
        steps.append(read_era_digits)
    if source.date == "serial":
        steps.append(read_serial)
    if source.default:
        default = source.default
        steps.append(lambda text: text if text.strip() else default)
    if not steps:
        return str

    def convert(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return convert


def read_era_digits(text: str) -> str:
    """Write 3360402 or S360402 as 昭和36年4月2日; anything else stays as it is."""
    found = _ERA_DIGIT.fullmatch(text.strip())
    if found is None:
        return text
    letter, year, month, day = found.groups()
    era = _ERA_DIGITS.get(letter) or _ERA_LETTERS[letter.upper()]
    return f"{era}{int(year)}年{int(month)}月{int(day)}日"


def read_serial(text: str) -> str:
    """Write the number by which Excel keeps a day as that day; anything else stays as it is."""
    plain = text.strip()
    if not _SERIAL.fullmatch(plain):
        return text
    return (_FIRST_SERIAL + timedelta(days=int(plain.split(".")[0]))).isoformat()


def fixed_splitter(*, layout: ProfileLayout, encoding: str) -> Callable[[str], list[str]]:
    """Prepare to cut lines of fixed width, by the bytes of the file or by characters."""
    bounds = [bounds_of(each.source) or (0, 0) for each in layout.mapped]
    if layout.unit == "characters":
        return lambda line: [line[first:last].strip(" \u3000") for first, last in bounds]

    def cut(line: str) -> list[str]:
        raw = line.encode(encoding, "replace")
        return [raw[first:last].decode(encoding, "replace").strip(" \u3000") for first, last in bounds]

    return cut


def arrange(*, layout: ProfileLayout, columns: Sequence[str]) -> Callable[[Sequence[str]], list[str]]:
    """Prepare to put the mapped cells of a row into the order of a format's columns."""
    mapped = layout.mapped
    places = {each.column: place for place, each in enumerate(mapped)}
    converts = [converter(source=each) for each in mapped]
    order = [(places[column], converts[places[column]]) if column in places else None for column in columns]

    def put(cells: Sequence[str]) -> list[str]:
        return ["" if each is None else each[1](cells[each[0]]) for each in order]

    return put
