"""Write the sample files anew: the same bytes every time, and nobody in them exists.

Run: python samples/generate.py
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import jaconv

FOLDER = Path(__file__).resolve().parent / "kurume"
HEADING = ("交付通知書番号", "氏名", "氏名カナ", "生年月日", "郵便番号", "住所", "保管場所", "到着日")
EARLIER_HEADING = (
    "場所", "予約日", "開始時刻", "交付通知書番号", "生月日", "元の予約番号", "氏名", "電話番号"
)  # fmt: skip
EARLIER = 40
FIRST_VISIT = date(2026, 12, 7)
Choice = TypeVar("Choice")
ROWS = 1000
REPEATED_NUMBERS = 24
LEAP_DAYS = (date(1960, 2, 29), date(1976, 2, 29), date(1988, 2, 29), date(2004, 2, 29), date(2020, 2, 29))
# Characters that CP932 can carry and Shift_JIS, or a careless converter, cannot.
FAMILIES = (
    ("髙橋", "タカハシ"), ("山﨑", "ヤマサキ"), ("渡邊", "ワタナベ"), ("渡邉", "ワタナベ"),
    ("齋藤", "サイトウ"), ("齊藤", "サイトウ"), ("濵田", "ハマダ"), ("栁川", "ヤナガワ"),
    ("德永", "トクナガ"),
    ("見本", "ミホン"), ("例示", "レイジ"), ("試験", "シケン"), ("久留米", "クルメ"), ("筑後", "チクゴ"),
    ("草野", "クサノ"), ("高良", "コウラ"), ("宮ノ陣", "ミヤノジン"), ("﨑村", "サキムラ"),
    ("神﨑", "カンザキ"),
)  # fmt: skip
GIVEN = (
    ("花子", "ハナコ"), ("太郎", "タロウ"), ("さくら", "サクラ"), ("曻", "ノボル"), ("美咲", "ミサキ"),
    ("健一", "ケンイチ"), ("由紀恵", "ユキエ"), ("ひなた", "ヒナタ"), ("ジョゼ", "ジョゼ"), ("陽菜", "ヒナ"),
    ("一", "ハジメ"), ("彅", "ナギ"), ("德子", "ノリコ"), ("のゑ", "ノエ"), ("三千代", "ミチヨ"),
)  # fmt: skip
BUILDINGS = ("", "", "", "", "㈱見本ビル２階", "第①号棟３０５", "ハイツ〜筑後〜", "Ⅲ番館", "№８", "ﾒｿﾞﾝ見本")
STORES = ("本庁A", "本庁B", "田主丸", "北野", "城島", "三潴")
ERAS = ((date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"), (date(1926, 12, 25), "昭和", "S"))


def main() -> None:
    """Write every sample file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "issuance_notices.csv").write_bytes(issuance_notices())
    (FOLDER / "earlier_bookings.csv").write_bytes(earlier_bookings())


def issuance_notices() -> bytes:
    """Write the list of issuance notices as CP932."""
    rows = [row_of(index) for index in range(ROWS)]
    rows[122][3] = "平成3年2月30日"
    rows[455][0] = "SMP-12B45"
    rows[800] = rows[800][:5]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([HEADING, *rows])
    return buffer.getvalue().encode("cp932")


def earlier_bookings() -> bytes:
    """Write bookings that an earlier system took for some of these people, as CP932."""
    rows = [earlier_row(index) for index in range(EARLIER)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([EARLIER_HEADING, *rows])
    return buffer.getvalue().encode("cp932")


def earlier_row(index: int) -> list[str]:
    """Write one invented booking of an invented person."""
    family, _kana = pick(FAMILIES, index, "family")
    given, _kana = pick(GIVEN, index, "given")
    day = FIRST_VISIT + timedelta(days=index % 5 + 7 * (index // 5 % 2))
    minutes = 9 * 60 + 30 * (index % 13)
    return [
        "main",
        day.strftime("%Y/%m/%d") if index % 3 else f"令和{day.year - 2018}年{day.month}月{day.day}日",
        f"{minutes // 60}:{minutes % 60:02d}",
        written_number(index),
        birth_date(index).strftime("%m%d"),
        f"K-{1001 + index}",
        f"見本 {family}{given}",
        f"000-0000-{index:04d}",
    ]


def row_of(index: int) -> list[str]:
    """Write one invented person."""
    family, family_kana = pick(FAMILIES, index, "family")
    given, given_kana = pick(GIVEN, index, "given")
    space = "　" if index % 3 else " "
    kana = f"{family_kana} {given_kana}"
    house = f"福岡県久留米市テスト町{1 + number(index, 'block', 9)}丁目{1 + number(index, 'lot', 30)}番地"
    return [
        written_number(index),
        f"{family}{space}{given}",
        half_width(kana) if index % 7 == 3 else kana,
        written_date(birth_date(index), index),
        f"830-{number(index, 'post', 10000):04d}" if index % 5 else f"830{number(index, 'post', 10000):04d}",
        house + pick(BUILDINGS, index, "building"),
        f"{pick(STORES, index, 'store')}-{1 + index // 50:02d}-{1 + index % 50:03d}",
        (date(2026, 11, 2) + timedelta(days=index // 250)).strftime("%Y/%m/%d"),
    ]


def written_number(index: int) -> str:
    """Write a notice number in one of the ways that lists and people use."""
    # The last rows carry the numbers of the first ones again, with other birthdays.
    serial = index - (ROWS - REPEATED_NUMBERS) if index >= ROWS - REPEATED_NUMBERS else index
    plain = f"SMP{200001 + serial}"
    if index % 10 == 4:
        return f"{plain[:3]}-{plain[3:]}"
    if index % 50 == 7:
        return "".join(chr(ord(sign) + 0xFEE0) for sign in plain)
    return plain.lower() if index % 50 == 31 else plain


def birth_date(index: int) -> date:
    """Choose a birth date; every fortieth person was born on the 29th of February."""
    if index % 40 == 20:
        return LEAP_DAYS[(index // 40) % len(LEAP_DAYS)]
    return date(1935, 1, 1) + timedelta(days=number(index, "born", 33000))


def written_date(day: date, index: int) -> str:
    """Write a birth date in one of six ways."""
    first, era, letter = next(entry for entry in ERAS if day >= entry[0])
    year = day.year - first.year + 1
    ways = (
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日",
        f"{letter}{year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    return ways[index % len(ways)]


def half_width(kana: str) -> str:
    """Write kana the way old systems export them."""
    return str(jaconv.z2h(kana, kana=True))


def pick(choices: Sequence[Choice], index: int, purpose: str) -> Choice:
    """Choose one of several, the same one on every machine."""
    return choices[number(index, purpose, len(choices))]


def number(index: int, purpose: str, below: int) -> int:
    """Choose a number below a limit, the same one on every machine."""
    digest = hashlib.sha256(f"madoguchi sample|{purpose}|{index}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


if __name__ == "__main__":
    main()
