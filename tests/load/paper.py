"""How long a list of five thousand rows takes on paper: at most ten seconds of CPU.

python -m tests.load.paper
"""

import json
import os
import resource
import sys
from datetime import UTC, datetime
from time import perf_counter

ROWS = 5_000
LIMIT_SECONDS = 10.0
COLUMNS = ("時間", "予約番号", "来る方", "人数", "交付通知書の番号", "保管場所", "受付", "印")


def main() -> int:
    """Set the list, print what it took, and fail above the limit."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.settings")
    django.setup()
    from madoguchi.documents.typesetting import typeset

    row = ["9:00", "12345-6789", "髙﨑 𠮷太郎\nタカサキ ヨシタロウ", "1", "ABC123456", "本庁A-02", "電話", ""]
    values = {
        "title": "予約一覧",
        "city": "みどり市",
        "columns": [{"label": label, "width": 1} for label in COLUMNS],
        "sections": [{"rows": [[*row[:1], f"{number}", *row[2:]] for number in range(ROWS)]}],
    }
    began = perf_counter()
    pdf = typeset(template="documents/list", values=values, now=datetime(2026, 11, 21, tzinfo=UTC))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    found = {
        "rows": ROWS,
        "cpu_seconds": round(cpu, 1),
        "seconds": round(perf_counter() - began, 1),
        "megabytes_of_memory": used.ru_maxrss // 1024,
        "megabytes_of_pdf": round(len(pdf) / 1e6, 1),
    }
    print(json.dumps(found))
    return 0 if cpu <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
