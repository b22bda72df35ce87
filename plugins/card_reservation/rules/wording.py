"""Days and times as mails write them, in the languages of residents."""

from datetime import datetime

WEEKDAYS = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def visit_time(*, starts_at: datetime, ends_at: datetime, language: str) -> str:
    """Write when a visit is, from two moments in local time."""
    hours = f"{starts_at:%H:%M}"
    if language in ("ja", "ja-easy"):
        day = f"{starts_at.year}年{starts_at.month}月{starts_at.day}日"
        return f"{day}（{WEEKDAYS['ja'][starts_at.weekday()]}）{hours}〜{ends_at:%H:%M}"
    weekday, month = WEEKDAYS["en"][starts_at.weekday()], MONTHS[starts_at.month - 1]
    return f"{weekday}, {starts_at.day} {month} {starts_at.year}, {hours}–{ends_at:%H:%M}"


def party(*, size: int, language: str) -> str:
    """Write how many come."""
    if language in ("ja", "ja-easy"):
        return f"{size}人"
    return "1 person" if size == 1 else f"{size} people"
