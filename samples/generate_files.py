"""Write the samples of files that cities map by profiles: the same bytes every time, nobody in them exists.

The real layouts of these files are not public; these are invented, each with the traps of its kind.

Run: python samples/generate_files.py
"""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jaconv

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from samples.generate import FAMILIES, GIVEN, birth_date, number, pick

FOLDER = Path(__file__).resolve().parent / "files"
PEOPLE = 40
ERAS = ((date(2019, 5, 1), "5"), (date(1989, 1, 8), "4"), (date(1926, 12, 25), "3"))
QR_PAGE = 8


def main() -> None:
    """Write every sample file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())


def production_data() -> bytes:
    """Write production data: fixed width in bytes of CP932, era digits, a closing line with the count."""
    lines = [_fixed(index) for index in range(PEOPLE)]
    lines.append(f"END{PEOPLE:06d}")
    # One character of a city's own, as old systems export it.
    return "\r\n".join([*lines, ""]).encode("cp932").replace("字".encode("cp932"), b"\xf0\x40", 1)


def _fixed(index: int) -> str:
    name, kana = _person(index)
    name = f"字{name}" if index == 3 else name
    cells = (
        (_number(index), 9),
        (name.replace(" ", "　"), 20),
        (jaconv.z2h(kana, kana=True), 30),
        (_era_digits(index), 7),
        (str(1 + number(index, "sex", 2)), 1),
        (str(1 + index % 3), 1),
        (f"830{number(index, 'post', 10000):04d}", 7),
        (_address(index), 60),
    )
    return "".join(_padded(text, width) for text, width in cells)


def issuance_list() -> bytes:
    """Write an issuance list: UTF-8, bars between the cells, a title above the heading, other names."""
    lines = [f"交付通知書発行一覧|令和8年11月|{PEOPLE}件||||", "No|氏名|シメイ|生年月日|郵便|住所|棚"]
    for index in range(PEOPLE):
        name, kana = _person(index)
        born = birth_date(index).strftime("%Y%m%d")
        code = f"830-{number(index, 'post', 10000):04d}"
        cells = (_number(index), name, kana, born, code, _address(index), f"A-{1 + index % 5:02d}")
        lines.append("|".join(cells))
    return ("\n".join(lines) + "\n").encode()


def address_list() -> bytes:
    """Write a list of addresses: some people are found, one is not, and two fit one row."""
    lines = ["カナ氏名,氏名,生年月日,住所"]
    for index in range(10):
        name, kana = _person(index)
        lines.append(f"{kana},{name},{birth_date(index):%Y/%m/%d},{_address(index)}（新）")
    lines.append("ダレモ イナイ,誰茂 居内,1990/01/01,福岡県久留米市テスト町9丁目9番地")
    return ("\r\n".join(lines) + "\r\n").encode("cp932")


def current_system() -> bytes:
    """Write what an earlier system kept: EUC-JP, tabs, codes for states, no heading."""
    lines = []
    for index in range(PEOPLE):
        name, kana = _person(index, plain=True)
        state = "12345"[index % 5]
        handed = "2026/10/30" if state == "3" else ""
        cells = (
            _number(index), name, kana, birth_date(index).strftime("%Y/%m/%d"), state, f"B{1 + index:03d}",
            "2026/10/01", handed,
        )  # fmt: skip
        lines.append("\t".join(cells))
    return ("\n".join(lines) + "\n").encode("euc_jp")


def qr_list() -> bytes:
    """Write the texts of the QR codes of a list of five pages, one code a line."""
    pages = PEOPLE // QR_PAGE
    lines = []
    for page in range(pages):
        people = "".join(_qr_person(page * QR_PAGE + each) for each in range(QR_PAGE))
        lines.append(f"MKL1;SMP-20261120;{page + 1}/{pages};{people}")
    return ("\n".join(lines) + "\n").encode()


def _qr_person(index: int) -> str:
    name, kana = _person(index)
    return f"{_number(index)},{birth_date(index):%Y%m%d},{name},{kana},{1 + index % 3};"


def _person(index: int, *, plain: bool = False) -> tuple[str, str]:
    family, family_kana = pick(FAMILIES[9:15] if plain else FAMILIES, index, "file family")
    given, given_kana = pick(GIVEN[:7] if plain else GIVEN, index, "file given")
    return f"見本{family} {given}", f"ミホン{family_kana} {given_kana}"


def _number(index: int) -> str:
    return f"SMP{300001 + index}"


def _address(index: int) -> str:
    return f"福岡県久留米市テスト町{1 + number(index, 'block', 9)}丁目{1 + number(index, 'lot', 30)}番地"


def _era_digits(index: int) -> str:
    # A day of no calendar, and one of which only the year is known.
    if index == 5:
        return "3620229"
    if index == 6:
        return "3250000"
    day = birth_date(index)
    first, digit = next(entry for entry in ERAS if day >= entry[0])
    return f"{digit}{day.year - first.year + 1:02d}{day:%m%d}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - len(text.encode("cp932")))


FILES: dict[str, Callable[[], bytes]] = {
    "production_data.txt": production_data,
    "issuance_list.psv": issuance_list,
    "address_list.csv": address_list,
    "current_system.tsv": current_system,
    "qr_list.txt": qr_list,
}

if __name__ == "__main__":
    main()
