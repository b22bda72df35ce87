"""How dates and people are read aloud in plain Japanese."""

import re

DAYS = {
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
WEEKDAYS = dict(
    zip("月火水木金土日", ("げつ", "か", "すい", "もく", "きん", "ど", "にち"), strict=True),
)
WRITTEN = re.compile(r"(?P<number>\d+)(?P<unit>[年月日人])|(?P<weekday>[月火水木金土日])曜日")
UNITS = {"年": "ねん", "月": "がつ", "日": "にち", "人": "にん"}
PEOPLE = {1: "ひとり", 2: "ふたり"}


def with_readings(text: str) -> str:
    """Write readings into a date, a weekday or a number of people: 12月《がつ》｜9日《ここのか》."""
    return WRITTEN.sub(_read, text)


def _read(found: re.Match[str]) -> str:
    if found["weekday"]:
        return f"{found[0]}《{WEEKDAYS[found['weekday']]}ようび》"
    number, unit = int(found["number"]), found["unit"]
    whole = {"日": DAYS, "人": PEOPLE}.get(unit, {}).get(number)
    return f"｜{found[0]}《{whole}》" if whole else f"{found[0]}《{UNITS[unit]}》"
